package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Writes the body of one packet; {@link #finish} puts the fixed header before it. */
final class PacketWriter {
  /** Room for the first byte and the longest length. */
  private static final int HEADER_ROOM = 5;

  private final ByteBuf out;

  PacketWriter(ByteBufAllocator allocator, int expectedSize) {
    out = allocator.buffer(HEADER_ROOM + expectedSize);
    out.writeZero(HEADER_ROOM);
    out.readerIndex(HEADER_ROOM);
  }

  /** The buffer itself, to append to. */
  ByteBuf out() {
    return out;
  }

  PacketWriter u8(int value) {
    out.writeByte(value);
    return this;
  }

  PacketWriter u16(int value) {
    out.writeShort(value);
    return this;
  }

  PacketWriter u32(long value) {
    out.writeInt((int) value);
    return this;
  }

  PacketWriter varint(int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.writeByte(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
    return this;
  }

  PacketWriter binary(byte[] bytes) {
    out.writeShort(bytes.length).writeBytes(bytes);
    return this;
  }

  PacketWriter text(String text) {
    return binary(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Takes over {@code block}, a block of properties, with its length before it. */
  PacketWriter properties(ByteBuf block) {
    varint(block.readableBytes());
    out.writeBytes(block);
    block.release();
    return this;
  }

  /** The whole packet, which the caller owns. */
  ByteBuf finish(int firstByte) {
    int length = out.readableBytes();
    int header =
        2 + (length > 0x7F ? 1 : 0) + (length > 0x3FFF ? 1 : 0) + (length > 0x1FFFFF ? 1 : 0);
    int at = HEADER_ROOM - header;
    out.readerIndex(at);
    out.setByte(at, firstByte);
    int rest = length;
    while (rest > 0x7F) {
      out.setByte(++at, rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.setByte(++at, rest);
    return out;
  }
}

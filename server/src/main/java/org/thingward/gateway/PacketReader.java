package org.thingward.gateway;

import io.netty.buffer.ByteBuf;

/** Reads the fields of one whole packet (§1.5), never beyond its end. */
final class PacketReader {
  private final ByteBuf packet;
  private final int end;
  private int at;

  private PacketReader(ByteBuf packet, int at, int end) {
    this.packet = packet;
    this.at = at;
    this.end = end;
  }

  /** A reader at the first byte after the fixed header. */
  static PacketReader afterHeader(ByteBuf packet) throws MalformedPacket {
    int size = packet.readableBytes() < 2 ? 0 : PacketCutter.size(packet);
    if (size == 0 || size != packet.readableBytes()) {
      throw MalformedPacket.malformed("the length does not fit the packet");
    }
    int header = 2;
    while (packet.getByte(packet.readerIndex() + header - 1) < 0) {
      header++;
    }
    return new PacketReader(packet, packet.readerIndex() + header, packet.writerIndex());
  }

  ByteBuf packet() {
    return packet;
  }

  /** The index of the next byte in the packet. */
  int at() {
    return at;
  }

  int remaining() {
    return end - at;
  }

  int u8() throws MalformedPacket {
    need(1);
    return packet.getUnsignedByte(at++);
  }

  int u16() throws MalformedPacket {
    need(2);
    int value = packet.getUnsignedShort(at);
    at += 2;
    return value;
  }

  long u32() throws MalformedPacket {
    need(4);
    long value = packet.getUnsignedInt(at);
    at += 4;
    return value;
  }

  /** A Variable Byte Integer (§1.5.5). */
  int varint() throws MalformedPacket {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int b = u8();
      value |= (b & 0x7F) << 7 * i;
      if (b < 0x80) {
        if (b == 0 && i > 0) {
          throw MalformedPacket.malformed("a number in more bytes than it needs");
        }
        return value;
      }
    }
    throw MalformedPacket.malformed("a number of more than four bytes");
  }

  /** The packet identifier, which is never 0 (§2.2.1). */
  int packetId() throws MalformedPacket {
    int id = u16();
    if (id == 0) {
      throw MalformedPacket.protocolError("a packet identifier of 0");
    }
    return id;
  }

  /** Binary data: a length of two bytes, and that many bytes. */
  byte[] binary() throws MalformedPacket {
    return bytes(u16());
  }

  /** The bytes of a UTF-8 string (§1.5.4), checked. */
  byte[] text() throws MalformedPacket {
    byte[] text = binary();
    if (!Utf8.isValid(text)) {
      throw MalformedPacket.malformed("a string that is not UTF-8, or holds U+0000");
    }
    return text;
  }

  /** Checks a UTF-8 string and passes over it. */
  void skipText() throws MalformedPacket {
    byte[] unused = text();
  }

  void skip(int bytes) throws MalformedPacket {
    need(bytes);
    at += bytes;
  }

  /** The next {@code length} bytes. */
  byte[] bytes(int length) throws MalformedPacket {
    need(length);
    byte[] bytes = new byte[length];
    packet.getBytes(at, bytes);
    at += length;
    return bytes;
  }

  /** A reader of the next {@code length} bytes only, which this one skips. */
  PacketReader part(int length) throws MalformedPacket {
    need(length);
    PacketReader part = new PacketReader(packet, at, at + length);
    at += length;
    return part;
  }

  void requireEnd() throws MalformedPacket {
    if (at != end) {
      throw MalformedPacket.malformed(remaining() + " bytes too many at the end of the packet");
    }
  }

  private void need(int bytes) throws MalformedPacket {
    if (bytes > remaining()) {
      throw MalformedPacket.malformed("the packet ends inside a field");
    }
  }
}

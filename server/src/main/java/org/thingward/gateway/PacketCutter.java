package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts whole packets from a stream of bytes, as slices and unread but for their fixed header
 * (§2.1). Holds at most one packet of the allowed size.
 */
final class PacketCutter extends ByteToMessageDecoder {
  private static final int MAX_LENGTH_BYTES = 4;

  private final int laterLimit;
  private int limit;

  /** After a malformed packet nothing can be cut from the stream any more. */
  private boolean broken;

  /**
   * A cutter for one stream.
   *
   * @param firstLimit the largest first packet, in bytes
   * @param laterLimit the largest of all others
   */
  PacketCutter(int firstLimit, int laterLimit) {
    this.limit = firstLimit;
    this.laterLimit = laterLimit;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws MalformedPacket {
    if (broken) {
      in.skipBytes(in.readableBytes());
    } else if (in.readableBytes() >= 2) {
      try {
        cut(in, out);
      } catch (MalformedPacket breach) {
        broken = true;
        throw breach;
      }
    }
  }

  private void cut(ByteBuf in, List<Object> out) throws MalformedPacket {
    PacketType.of(in.getByte(in.readerIndex()));
    int size = size(in);
    if (size > limit) {
      throw MalformedPacket.because(
          ReasonCode.PACKET_TOO_LARGE, "a packet of " + size + " bytes; at most " + limit);
    }
    if (size > 0 && in.readableBytes() >= size) {
      out.add(in.readRetainedSlice(size));
      limit = laterLimit;
    }
  }

  /** The size of the packet that begins at the reader index, or 0 if that is not yet known. */
  static int size(ByteBuf in) throws MalformedPacket {
    int at = in.readerIndex() + 1;
    int length = 0;
    for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
      if (at + i >= in.writerIndex()) {
        return 0;
      }
      int b = in.getByte(at + i);
      length |= (b & 0x7F) << 7 * i;
      if (b >= 0) {
        if (b == 0 && i > 0) {
          throw MalformedPacket.malformed("a length in more bytes than it needs");
        }
        return 2 + i + length;
      }
    }
    throw MalformedPacket.malformed("a length of more than four bytes");
  }
}

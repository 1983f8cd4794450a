package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads the small packets that name another by its identifier. */
final class Acknowledgement {
  private Acknowledgement() {}

  /** The packet identifier of a PUBACK, PUBREC, PUBREL or PUBCOMP, the packet checked whole. */
  static int packetId(ByteBuf packet, int level) throws MalformedPacket {
    PacketReader reader = PacketReader.afterHeader(packet);
    int id = reader.packetId();
    if (level == Connect.LEVEL_5 && reader.remaining() > 0) {
      reader.skip(1);
      if (reader.remaining() > 0) {
        Properties ignored = Properties.read(reader, Property.Place.ANSWER);
      }
    }
    reader.requireEnd();
    return id;
  }

  /** The filters of an UNSUBSCRIBE (§3.10), checked whole. */
  static List<ByteBuffer> unsubscribed(ByteBuf packet, int level) throws MalformedPacket {
    PacketReader reader = PacketReader.afterHeader(packet);
    int unused = reader.packetId();
    if (level == Connect.LEVEL_5) {
      Properties ignored = Properties.read(reader, Property.Place.UNSUBSCRIBE);
    }
    List<ByteBuffer> filters = new ArrayList<>(2);
    do {
      filters.add(ByteBuffer.wrap(reader.text()));
    } while (reader.remaining() > 0);
    return filters;
  }
}

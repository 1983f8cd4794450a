package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.EnumSet;
import java.util.OptionalLong;

/**
 * A DISCONNECT (§3.14).
 *
 * @param code its reason code; 0 if none stands there
 * @param properties its properties, as a view over the packet
 */
record Disconnect(int code, Properties properties) {
  static Disconnect read(ByteBuf packet, int level) throws MalformedPacket {
    PacketReader reader = PacketReader.afterHeader(packet);
    int code = 0;
    Properties properties = Properties.none();
    if (level == Connect.LEVEL_5 && reader.remaining() > 0) {
      code = reader.u8();
      if (reader.remaining() > 0) {
        properties = Properties.read(reader, Property.Place.DISCONNECT);
      }
    }
    reader.requireEnd();
    return new Disconnect(code, properties);
  }

  /** Whether the session's expiry in it is longer than the cap. */
  boolean exceeds(long maxSessionExpiry) {
    OptionalLong expiry = properties.number(Property.SESSION_EXPIRY);
    return expiry.isPresent() && expiry.getAsLong() > maxSessionExpiry;
  }

  /** The same with its session expiry capped. */
  ByteBuf capped(ByteBufAllocator allocator, long maxSessionExpiry) {
    ByteBuf block = allocator.buffer(32);
    properties.copyTo(block, EnumSet.of(Property.SESSION_EXPIRY));
    block.writeByte(Property.SESSION_EXPIRY.id()).writeInt((int) maxSessionExpiry);
    return packet(allocator, block);
  }

  /** The same without what leads a device past the gateway. */
  ByteBuf withoutServerReference(ByteBufAllocator allocator) {
    ByteBuf block = allocator.buffer(32);
    properties.copyTo(block, EnumSet.of(Property.SERVER_REFERENCE));
    return packet(allocator, block);
  }

  private ByteBuf packet(ByteBufAllocator allocator, ByteBuf block) {
    return new PacketWriter(allocator, 64)
        .u8(code)
        .properties(block)
        .finish(PacketType.DISCONNECT.firstByte());
  }
}

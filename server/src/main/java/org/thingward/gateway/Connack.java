package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A broker's CONNACK (§3.2).
 *
 * @param sessionPresent whether the broker resumed a session
 * @param code 0, or why it refused: a return code in 3.1.1, a reason code in 5
 * @param properties its properties, as a view over the packet
 */
record Connack(boolean sessionPresent, int code, Properties properties) {
  /** What the broker may not tell a device, and what the gateway says instead of it (G2). */
  private static final Set<Property> NOT_PASSED =
      EnumSet.of(
          Property.RESPONSE_INFORMATION,
          Property.SERVER_REFERENCE,
          Property.TOPIC_ALIAS_MAXIMUM,
          Property.ASSIGNED_CLIENT_IDENTIFIER,
          Property.AUTHENTICATION_METHOD,
          Property.AUTHENTICATION_DATA,
          Property.MAXIMUM_PACKET_SIZE,
          Property.SESSION_EXPIRY);

  static Connack read(ByteBuf packet, int level) throws MalformedPacket {
    PacketReader reader = PacketReader.afterHeader(packet);
    int flags = reader.u8();
    int code = reader.u8();
    Properties properties =
        level == Connect.LEVEL_5
            ? Properties.read(reader, Property.Place.CONNACK)
            : Properties.none();
    reader.requireEnd();
    return new Connack((flags & 1) != 0, code, properties);
  }

  boolean accepts() {
    return code == 0;
  }

  /** The keep-alive that the broker imposes, in seconds, if it does. */
  OptionalInt keepAlive() {
    return properties.number(Property.SERVER_KEEP_ALIVE).stream()
        .mapToInt(seconds -> (int) seconds)
        .findFirst();
  }

  /**
   * The MQTT 5 CONNACK for the device, with what the gateway answers for itself: topic aliases, the
   * packet size, the session's expiry where it was capped, and the assigned client identifier.
   *
   * @param clientId the device's name
   * @param asked what the device's CONNECT asked for
   */
  ByteBuf forDevice(ByteBufAllocator allocator, String clientId, Connect asked, Limits limits) {
    ByteBuf block = allocator.buffer(64);
    properties.copyTo(block, NOT_PASSED);
    block.writeByte(Property.TOPIC_ALIAS_MAXIMUM.id()).writeShort(limits.topicAliases());
    long packetSize =
        Math.min(
            properties.number(Property.MAXIMUM_PACKET_SIZE).orElse(Long.MAX_VALUE),
            limits.packetBytes());
    block.writeByte(Property.MAXIMUM_PACKET_SIZE.id()).writeInt((int) packetSize);
    long expiry =
        properties
            .number(Property.SESSION_EXPIRY)
            .orElse(Math.min(asked.sessionExpiry(), limits.sessionExpiry().toSeconds()));
    if (expiry != asked.sessionExpiry()) {
      block.writeByte(Property.SESSION_EXPIRY.id()).writeInt((int) expiry);
    }
    if (asked.clientId().isEmpty()) {
      byte[] name = clientId.getBytes(StandardCharsets.UTF_8);
      block
          .writeByte(Property.ASSIGNED_CLIENT_IDENTIFIER.id())
          .writeShort(name.length)
          .writeBytes(name);
    }
    return new PacketWriter(allocator, 128)
        .u8(sessionPresent ? 1 : 0)
        .u8(code)
        .properties(block)
        .finish(PacketType.CONNACK.firstByte());
  }
}

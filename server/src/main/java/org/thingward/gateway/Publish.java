package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.EnumSet;
import java.util.Optional;

/**
 * The header of a PUBLISH (§3.3), as a view over its packet.
 *
 * @param packet the whole packet, not owned
 * @param qos 0, 1 or 2
 * @param topic the topic's bytes; empty if an alias stands for it
 * @param packetId the packet identifier; 0 at QoS 0
 * @param alias the topic alias; 0 for none
 * @param properties its properties
 * @param payloadFrom the index of the payload in the packet
 */
record Publish(
    ByteBuf packet,
    int qos,
    byte[] topic,
    int packetId,
    int alias,
    Properties properties,
    int payloadFrom) {

  static Publish read(ByteBuf packet, int level) throws MalformedPacket {
    int flags = packet.getByte(packet.readerIndex()) & 0xF;
    int qos = flags >> 1 & 3;
    if (qos == 0 && (flags & 8) != 0) {
      throw MalformedPacket.malformed("a duplicate at QoS 0");
    }
    PacketReader reader = PacketReader.afterHeader(packet);
    byte[] topic = reader.text();
    int packetId = qos == 0 ? 0 : reader.packetId();
    Properties properties =
        level == Connect.LEVEL_5
            ? Properties.read(reader, Property.Place.PUBLISH)
            : Properties.none();
    int alias = (int) properties.number(Property.TOPIC_ALIAS).orElse(0);
    if (properties.has(Property.TOPIC_ALIAS) && alias == 0) {
      throw MalformedPacket.because(ReasonCode.TOPIC_ALIAS_INVALID, "a topic alias of 0");
    }
    if (topic.length == 0 && alias == 0) {
      throw MalformedPacket.protocolError("a PUBLISH without a topic");
    }
    if (topic.length > 0 && !Topic.isName(topic)) {
      throw MalformedPacket.because(
          ReasonCode.TOPIC_NAME_INVALID, "a topic to publish to holds a wildcard");
    }
    return new Publish(packet, qos, topic, packetId, alias, properties, reader.at());
  }

  /** Reads one that a client sent, which may not carry a Subscription Identifier (§3.3.4). */
  static Publish readFromClient(ByteBuf packet, int level) throws MalformedPacket {
    Publish publish = read(packet, level);
    if (publish.properties.has(Property.SUBSCRIPTION_IDENTIFIER)) {
      throw MalformedPacket.protocolError("a client's PUBLISH with a Subscription Identifier");
    }
    return publish;
  }

  /** Where its sender wants answers, if anywhere. */
  Optional<byte[]> responseTopic() {
    return properties.bytes(Property.RESPONSE_TOPIC);
  }

  /** The same message with its topic written out and no alias, which the caller owns. */
  ByteBuf withTopic(ByteBufAllocator allocator, byte[] fullTopic) {
    int payload = packet.writerIndex() - payloadFrom;
    PacketWriter out = new PacketWriter(allocator, fullTopic.length + payload + 64);
    out.binary(fullTopic);
    if (qos > 0) {
      out.u16(packetId);
    }
    ByteBuf block = allocator.buffer(32);
    properties.copyTo(block, EnumSet.of(Property.TOPIC_ALIAS));
    out.properties(block);
    out.out().writeBytes(packet, payloadFrom, payload);
    return out.finish(packet.getUnsignedByte(packet.readerIndex()));
  }
}

package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * The message that a broker publishes for a device that vanishes (§3.1.2.5): checked like a PUBLISH
 * when the device connects, and as long as its connection lasts (rule G6).
 *
 * @param flags QoS, retain and the will flag as they stand in the CONNECT's flags
 * @param topic where to
 * @param responseTopic where answers to it shall go
 * @param delay seconds between the end of the connection and the message
 * @param bytes properties, topic and payload as they stand in the CONNECT, byte for byte
 */
record Will(int flags, byte[] topic, Optional<byte[]> responseTopic, long delay, byte[] bytes) {
  private static final int WILL_FLAGS = 0x3C;

  static Will read(PacketReader reader, int connectFlags, int level) throws MalformedPacket {
    int from = reader.at();
    Properties properties =
        level == Connect.LEVEL_5 ? Properties.read(reader, Property.Place.WILL) : Properties.none();
    byte[] topic = reader.text();
    if (!Topic.isName(topic)) {
      throw MalformedPacket.because(
          ReasonCode.TOPIC_NAME_INVALID, "the will's topic is empty or holds a wildcard");
    }
    reader.skip(reader.u16());
    ByteBuf packet = reader.packet();
    byte[] bytes = new byte[reader.at() - from];
    packet.getBytes(from, bytes);
    return new Will(
        connectFlags & WILL_FLAGS,
        topic,
        properties.bytes(Property.RESPONSE_TOPIC),
        properties.number(Property.WILL_DELAY).orElse(0),
        bytes);
  }
}

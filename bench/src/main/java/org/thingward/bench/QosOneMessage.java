package org.thingward.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A PUBLISH of 100 bytes at QoS 1 in MQTT 3.1.1, to the topic that a device of the bench has. */
final class QosOneMessage {
  private static final int PAYLOAD = 100;

  private final byte[] packet;
  private final int idAt;

  QosOneMessage(String device) {
    byte[] topic = ("t/" + device + "/x").getBytes(StandardCharsets.UTF_8);
    int length = 2 + topic.length + 2 + PAYLOAD;
    ByteBuf out = Unpooled.buffer();
    out.writeByte(0x32).writeByte(length & 0x7F | (length > 0x7F ? 0x80 : 0));
    if (length > 0x7F) {
      out.writeByte(length >> 7);
    }
    out.writeShort(topic.length).writeBytes(topic);
    this.idAt = out.writerIndex();
    this.packet = ByteBufUtil.getBytes(out.writeZero(2 + PAYLOAD));
  }

  /** Its bytes. */
  int size() {
    return packet.length;
  }

  /** Appends it with this packet identifier. */
  void writeTo(ByteBuf out, int packetId) {
    int at = out.writerIndex();
    out.writeBytes(packet).setShort(at + idAt, packetId);
  }
}

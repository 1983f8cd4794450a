package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * The small packets that the gateway itself speaks, in the version that the connection speaks.
 *
 * @param allocator where their buffers come from
 * @param level 4 or 5
 * @param largest the largest packet that the receiver takes; a reason that does not fit is left out
 */
record Answers(ByteBufAllocator allocator, int level, long largest) {
  private static final int MAX_REASON_BYTES = 512;
  private static final int SMALL = 32;

  private boolean isVersion5() {
    return level == Connect.LEVEL_5;
  }

  /** A CONNACK that refuses. */
  ByteBuf refuseConnect(int reasonCode, String reason) {
    PacketWriter out = new PacketWriter(allocator, SMALL + reason.length()).u8(0);
    if (isVersion5()) {
      out.u8(reasonCode).properties(reasonString(reason));
    } else {
      out.u8(ReasonCode.returnCode311(reasonCode));
    }
    return out.finish(PacketType.CONNACK.firstByte());
  }

  /** A DISCONNECT with a reason for a device; MQTT 3.1.1 has none, so there it is just closed. */
  ByteBuf disconnect(int reasonCode, String reason) {
    return new PacketWriter(allocator, SMALL + reason.length())
        .u8(reasonCode)
        .properties(reasonString(reason))
        .finish(PacketType.DISCONNECT.firstByte());
  }

  /** A DISCONNECT for the broker. With code 0 the broker forgets the will (§3.14.4). */
  ByteBuf leave(int reasonCode) {
    PacketWriter out = new PacketWriter(allocator, SMALL);
    if (isVersion5() && reasonCode != ReasonCode.NORMAL_DISCONNECTION) {
      out.u8(reasonCode);
    }
    return out.finish(PacketType.DISCONNECT.firstByte());
  }

  /** A DISCONNECT for the broker that ends the session as well, where the version can say so. */
  ByteBuf leaveForGood(int reasonCode) {
    if (!isVersion5()) {
      return leave(reasonCode);
    }
    return new PacketWriter(allocator, SMALL)
        .u8(reasonCode)
        .u8(5)
        .u8(Property.SESSION_EXPIRY.id())
        .u32(0)
        .finish(PacketType.DISCONNECT.firstByte());
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP; a reason code is told in MQTT 5 only. */
  ByteBuf acknowledge(PacketType type, int packetId, int reasonCode) {
    PacketWriter out = new PacketWriter(allocator, SMALL).u16(packetId);
    if (isVersion5() && reasonCode != ReasonCode.SUCCESS) {
      out.u8(reasonCode);
    }
    return out.finish(type.firstByte());
  }

  /** A SUBACK with these reason codes. */
  ByteBuf suback(int packetId, byte[] codes) {
    PacketWriter out = new PacketWriter(allocator, SMALL + codes.length).u16(packetId);
    if (isVersion5()) {
      out.u8(0);
    }
    out.out().writeBytes(codes);
    return out.finish(PacketType.SUBACK.firstByte());
  }

  private ByteBuf reasonString(String reason) {
    byte[] text = shortened(reason).getBytes(StandardCharsets.UTF_8);
    ByteBuf block = allocator.buffer(text.length + 3);
    if (text.length > 0 && text.length + SMALL <= largest) {
      block.writeByte(Property.REASON_STRING.id()).writeShort(text.length).writeBytes(text);
    }
    return block;
  }

  /** At most so long, without U+0000, which MQTT forbids. */
  private static String shortened(String reason) {
    String plain = reason.replace('\0', ' ');
    int end = Math.min(plain.length(), MAX_REASON_BYTES / 3);
    return plain.substring(
        0, end > 0 && Character.isHighSurrogate(plain.charAt(end - 1)) ? end - 1 : end);
  }
}

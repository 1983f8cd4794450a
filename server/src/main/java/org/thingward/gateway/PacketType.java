package org.thingward.gateway;

/** The control packets of MQTT (§2.1.2), in the order of their numbers from 1. */
enum PacketType {
  CONNECT(0),
  CONNACK(0),
  PUBLISH(-1),
  PUBACK(0),
  PUBREC(0),
  PUBREL(2),
  PUBCOMP(0),
  SUBSCRIBE(2),
  SUBACK(0),
  UNSUBSCRIBE(2),
  UNSUBACK(0),
  PINGREQ(0),
  PINGRESP(0),
  DISCONNECT(0),
  AUTH(0);

  private static final PacketType[] BY_NUMBER = values();

  /** What the lower four bits must be; negative where they carry meaning. */
  private final int flags;

  PacketType(int flags) {
    this.flags = flags;
  }

  /** The first byte of a packet of this type with its fixed flags. */
  int firstByte() {
    return (ordinal() + 1) << 4 | Math.max(flags, 0);
  }

  /** The type that a packet's first byte names; refuses wrong flags (§2.1.3). */
  static PacketType of(int firstByte) throws MalformedPacket {
    int number = firstByte >> 4 & 0xF;
    if (number == 0) {
      throw MalformedPacket.malformed("there is no packet type 0");
    }
    PacketType type = BY_NUMBER[number - 1];
    if (type.flags >= 0 ? (firstByte & 0xF) != type.flags : (firstByte & 6) == 6) {
      throw MalformedPacket.malformed("wrong flags in the first byte of a " + type);
    }
    return type;
  }
}

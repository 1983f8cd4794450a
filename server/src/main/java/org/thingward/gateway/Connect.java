package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A CONNECT (§3.1), read in full and strictly.
 *
 * @param level 4 for MQTT 3.1.1, 5 for MQTT 5
 * @param cleanStart whether a former session is to be forgotten
 * @param keepAlive seconds; 0 for none
 * @param clientId what the client calls itself; may be empty
 * @param sessionExpiry seconds that the session may outlive the connection
 * @param maximumPacketSize the largest packet the client takes
 * @param will its will, if it leaves one
 * @param properties the properties that go on to the broker unchanged, encoded
 */
record Connect(
    int level,
    boolean cleanStart,
    int keepAlive,
    String clientId,
    long sessionExpiry,
    long maximumPacketSize,
    Optional<Will> will,
    byte[] properties) {
  static final int LEVEL_311 = 4;
  static final int LEVEL_5 = 5;

  private static final byte[] PROTOCOL = {'M', 'Q', 'T', 'T'};
  private static final byte[] PROTOCOL_31 = {'M', 'Q', 'I', 's', 'd', 'p'};
  private static final int RESERVED = 0x01;
  private static final int CLEAN_START = 0x02;
  private static final int HAS_WILL = 0x04;
  private static final int WILL_DETAILS = 0x38;
  private static final int PASSWORD = 0x40;
  private static final int USER_NAME = 0x80;

  /** What the gateway answers for: never passed on from the client. */
  private static final Set<Property> OURS =
      EnumSet.of(Property.SESSION_EXPIRY, Property.TOPIC_ALIAS_MAXIMUM);

  /** The level that a CONNECT asks for, so that even a refusal speaks its sender's version. */
  static int levelAsked(ByteBuf packet) throws MalformedPacket {
    PacketReader reader = PacketReader.afterHeader(packet);
    byte[] protocol = reader.text();
    int level = reader.u8();
    boolean known = Arrays.equals(protocol, PROTOCOL);
    if (!known && !Arrays.equals(protocol, PROTOCOL_31)) {
      throw MalformedPacket.because(
          ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "the protocol's name is not MQTT");
    }
    return known ? level : 3;
  }

  /** Reads a CONNECT of level 4 or 5. */
  static Connect read(ByteBuf packet) throws MalformedPacket {
    int level = levelAsked(packet);
    if (level != LEVEL_311 && level != LEVEL_5) {
      throw MalformedPacket.because(
          ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "MQTT 3.1.1 and 5 are spoken here");
    }
    PacketReader reader = PacketReader.afterHeader(packet);
    reader.skipText();
    int flags = reader.u16() & 0xFF;
    requireFlags(flags, level);
    int keepAlive = reader.u16();
    Properties properties =
        level == LEVEL_5 ? Properties.read(reader, Property.Place.CONNECT) : Properties.none();
    requireNoEnhancedAuthentication(properties);
    String clientId = new String(reader.text(), StandardCharsets.UTF_8);
    Optional<Will> will =
        (flags & HAS_WILL) != 0 ? Optional.of(Will.read(reader, flags, level)) : Optional.empty();
    skipCredentials(reader, flags);
    return new Connect(
        level,
        (flags & CLEAN_START) != 0,
        keepAlive,
        clientId,
        properties.number(Property.SESSION_EXPIRY).orElse(0),
        properties.number(Property.MAXIMUM_PACKET_SIZE).orElse(Long.MAX_VALUE),
        will,
        encoded(properties));
  }

  private static void requireFlags(int flags, int level) throws MalformedPacket {
    boolean willWrong =
        (flags & HAS_WILL) == 0 ? (flags & WILL_DETAILS) != 0 : (flags & 0x18) == 0x18;
    boolean passwordAlone =
        level == LEVEL_311 && (flags & PASSWORD) != 0 && (flags & USER_NAME) == 0;
    if ((flags & RESERVED) != 0 || willWrong || passwordAlone) {
      throw MalformedPacket.malformed("CONNECT flags that contradict each other");
    }
  }

  private static void requireNoEnhancedAuthentication(Properties properties)
      throws MalformedPacket {
    if (properties.has(Property.AUTHENTICATION_METHOD)) {
      throw MalformedPacket.because(
          ReasonCode.BAD_AUTHENTICATION_METHOD, "the certificate is the only authentication");
    }
    if (properties.has(Property.AUTHENTICATION_DATA)) {
      throw MalformedPacket.protocolError("authentication data without a method");
    }
  }

  /** A device's user name and password are read for form only, and never forwarded. */
  private static void skipCredentials(PacketReader reader, int flags) throws MalformedPacket {
    if ((flags & USER_NAME) != 0) {
      reader.skipText();
    }
    if ((flags & PASSWORD) != 0) {
      reader.skip(reader.u16());
    }
    reader.requireEnd();
  }

  private static byte[] encoded(Properties properties) {
    ByteBuf out = Unpooled.buffer(64);
    properties.copyTo(out, OURS);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /** Whether it speaks MQTT 5. */
  boolean isVersion5() {
    return level == LEVEL_5;
  }

  /** One of the gateway's own, to take a session up again and leave it at once. */
  static Connect toVisit(long sessionExpiry) {
    return new Connect(
        LEVEL_5, false, 60, "", sessionExpiry, Long.MAX_VALUE, Optional.empty(), new byte[0]);
  }

  /** This one, with a clean start. */
  Connect cleaned() {
    return new Connect(
        level, true, keepAlive, clientId, sessionExpiry, maximumPacketSize, will, properties);
  }

  /**
   * The packet for the broker: with the identity and credential that the gateway asserts, and the
   * session's expiry capped.
   */
  ByteBuf forBroker(
      ByteBufAllocator allocator,
      String brokerClientId,
      Optional<Upstream.Credential> credential,
      long maxSessionExpiry) {
    PacketWriter packet = new PacketWriter(allocator, 256);
    int flags =
        (cleanStart ? CLEAN_START : 0)
            | will.map(Will::flags).orElse(0)
            | (credential.isPresent() ? USER_NAME | PASSWORD : 0);
    packet.binary(PROTOCOL).u8(level).u8(flags).u16(keepAlive);
    if (isVersion5()) {
      ByteBuf block = allocator.buffer(64);
      if (sessionExpiry > 0) {
        block.writeByte(Property.SESSION_EXPIRY.id());
        block.writeInt((int) Math.min(sessionExpiry, maxSessionExpiry));
      }
      block.writeBytes(properties);
      packet.properties(block);
    }
    packet.text(brokerClientId);
    will.ifPresent(left -> packet.out().writeBytes(left.bytes()));
    credential.ifPresent(own -> packet.text(own.user()).text(own.password()));
    return packet.finish(PacketType.CONNECT.firstByte());
  }
}

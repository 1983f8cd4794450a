package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.TopicFilter;

/**
 * A SUBSCRIBE (§3.8), read in full.
 *
 * @param packetId its packet identifier
 * @param propertiesFrom where its properties begin in the packet; where they end
 * @param entries what it asks for, in order
 */
record Subscribe(ByteBuf packet, int packetId, int propertiesFrom, List<Entry> entries) {
  private static final byte[] SHARE = {'$', 's', 'h', 'a', 'r', 'e', '/'};
  private static final int MAX_ENTRIES = 1_024;

  /**
   * One filter.
   *
   * @param from where it begins in the packet
   * @param to where it ends, after its options
   * @param text the whole filter as it was sent
   * @param shared whether it begins with {@code $share/}
   * @param filter what it matches, without {@code $share/group/}; empty if it is no valid filter
   * @param reserved whether what it matches begins with {@code $}
   */
  record Entry(
      int from,
      int to,
      ByteBuffer text,
      boolean shared,
      Optional<TopicFilter> filter,
      boolean reserved) {}

  static Subscribe read(ByteBuf packet, int level) throws MalformedPacket {
    PacketReader reader = PacketReader.afterHeader(packet);
    int packetId = reader.packetId();
    int propertiesFrom = reader.at();
    if (level == Connect.LEVEL_5) {
      Properties unused = Properties.read(reader, Property.Place.SUBSCRIBE);
    }
    List<Entry> entries = new ArrayList<>(2);
    do {
      if (entries.size() == MAX_ENTRIES) {
        throw MalformedPacket.because(
            ReasonCode.PACKET_TOO_LARGE, "too many filters in one SUBSCRIBE");
      }
      entries.add(readEntry(reader, level));
    } while (reader.remaining() > 0);
    return new Subscribe(packet, packetId, propertiesFrom, entries);
  }

  private static Entry readEntry(PacketReader reader, int level) throws MalformedPacket {
    int from = reader.at();
    byte[] text = reader.text();
    int options = reader.u8();
    boolean shared = isShared(text);
    requireOptions(options, shared, level);
    int inner = shared ? afterGroup(text) : 0;
    return new Entry(
        from,
        reader.at(),
        ByteBuffer.wrap(text),
        shared,
        filter(text, inner),
        inner < text.length && text[inner] == '$');
  }

  private static void requireOptions(int options, boolean shared, int level)
      throws MalformedPacket {
    boolean noLocal = (options & 4) != 0;
    int reserved = level == Connect.LEVEL_5 ? 0xC0 : 0xFC;
    if ((options & reserved) != 0 || (options & 3) == 3 || (options & 0x30) == 0x30) {
      throw MalformedPacket.malformed("subscription options that MQTT forbids");
    }
    if (shared && noLocal) {
      throw MalformedPacket.protocolError("No Local on a shared subscription");
    }
  }

  private static boolean isShared(byte[] filter) {
    return filter.length >= SHARE.length
        && Arrays.equals(filter, 0, SHARE.length, SHARE, 0, SHARE.length);
  }

  /**
   * Where the filter begins in {@code $share/group/filter} (§4.8.2); its end if it is malformed.
   */
  private static int afterGroup(byte[] text) {
    int at = SHARE.length;
    while (at < text.length && text[at] != '/') {
      if (text[at] == '+' || text[at] == '#') {
        return text.length;
      }
      at++;
    }
    return at == SHARE.length || at == text.length ? text.length : at + 1;
  }

  private static Optional<TopicFilter> filter(byte[] text, int from) {
    try {
      return Optional.of(TopicFilter.of(Arrays.copyOfRange(text, from, text.length)));
    } catch (IllegalArgumentException notAFilter) {
      return Optional.empty();
    }
  }

  /** The same SUBSCRIBE with only the entries that {@code wanted} holds; the caller owns it. */
  ByteBuf withOnly(ByteBufAllocator allocator, List<Entry> wanted) {
    PacketWriter out = new PacketWriter(allocator, packet.readableBytes());
    out.u16(packetId);
    out.out().writeBytes(packet, propertiesFrom, entries.getFirst().from() - propertiesFrom);
    for (Entry entry : wanted) {
      out.out().writeBytes(packet, entry.from(), entry.to() - entry.from());
    }
    return out.finish(PacketType.SUBSCRIBE.firstByte());
  }
}

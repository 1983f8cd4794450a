package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The properties of one packet or will, as a view over its bytes; valid as long as these are. */
final class Properties {
  /** The most that one packet may carry: more is no use to anyone. */
  private static final int MAX_ENTRIES = 256;

  private final List<Entry> entries;

  /** One property: where it begins, its value begins, and it ends. */
  private record Entry(Property property, ByteBuf packet, int from, int valueFrom, int to) {}

  private Properties(List<Entry> entries) {
    this.entries = entries;
  }

  /** No properties, as in 3.1.1. */
  static Properties none() {
    return new Properties(List.of());
  }

  /** Reads a length and that many bytes of properties, each checked for form, place, repetition. */
  static Properties read(PacketReader reader, Property.Place place) throws MalformedPacket {
    PacketReader part = reader.part(reader.varint());
    if (part.remaining() == 0) {
      return none();
    }
    List<Entry> entries = new ArrayList<>(4);
    Set<Property> seen = EnumSet.noneOf(Property.class);
    while (part.remaining() > 0) {
      Entry entry = readEntry(part, place);
      if (!seen.add(entry.property) && !entry.property.mayRepeat(place)) {
        throw MalformedPacket.protocolError(entry.property + " twice");
      }
      if (entries.size() == MAX_ENTRIES) {
        throw MalformedPacket.because(
            ReasonCode.PACKET_TOO_LARGE, "more than " + MAX_ENTRIES + " properties");
      }
      entries.add(entry);
    }
    return new Properties(entries);
  }

  private static Entry readEntry(PacketReader part, Property.Place place) throws MalformedPacket {
    int from = part.at();
    Property property = Property.ofId(part.varint());
    if (!property.fits(place)) {
      throw MalformedPacket.protocolError(property + " has no place in " + place);
    }
    int valueFrom = part.at();
    readValue(part, property);
    return new Entry(property, part.packet(), from, valueFrom, part.at());
  }

  private static void readValue(PacketReader part, Property property) throws MalformedPacket {
    switch (property.form()) {
      case FLAG -> require(part.u8() <= 1, property);
      case U16 -> part.skip(2);
      case U32 -> part.skip(4);
      case POSITIVE_U16 -> require(part.u16() > 0, property);
      case POSITIVE_U32 -> require(part.u32() > 0, property);
      case POSITIVE_VARINT -> require(part.varint() > 0, property);
      case BINARY -> part.skip(part.u16());
      case TEXT -> part.skipText();
      case TEXT_PAIR -> {
        part.skipText();
        part.skipText();
      }
    }
  }

  private static void require(boolean fits, Property property) throws MalformedPacket {
    if (!fits) {
      throw MalformedPacket.protocolError(property + " has a value that is not allowed");
    }
  }

  boolean has(Property property) {
    return find(property).isPresent();
  }

  /** The value of a property of two or four bytes or one flag. */
  OptionalLong number(Property property) {
    Optional<Entry> entry = find(property);
    if (entry.isEmpty()) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = entry.get().valueFrom; i < entry.get().to; i++) {
      value = value << 8 | entry.get().packet.getUnsignedByte(i);
    }
    return OptionalLong.of(value);
  }

  /** The bytes of a text or binary property, without their length. */
  Optional<byte[]> bytes(Property property) {
    return find(property)
        .map(entry -> {
          byte[] bytes = new byte[entry.to - entry.valueFrom - 2];
          entry.packet.getBytes(entry.valueFrom + 2, bytes);
          return bytes;
        });
  }

  /** Appends all but those in {@code without}, byte for byte and in order. */
  void copyTo(ByteBuf out, Set<Property> without) {
    for (Entry entry : entries) {
      if (!without.contains(entry.property)) {
        out.writeBytes(entry.packet, entry.from, entry.to - entry.from);
      }
    }
  }

  private Optional<Entry> find(Property property) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).property == property) {
        return Optional.of(entries.get(i));
      }
    }
    return Optional.empty();
  }
}

package org.thingward.ledger;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import org.thingward.trust.Digest;
import org.thingward.verify.log.EntryType;

/**
 * Finds entries by their content commitment: an open hash table over the first 16 bytes, about 48
 * bytes of memory an entry. Commitments are random to everyone, so 16 bytes never collide. Knows
 * the type of each entry too, in one byte.
 */
final class EntryIndex {
  private static final int WORDS = 3;

  private long[] slots = new long[WORDS << 10];
  private long size;
  private byte[] types = new byte[1 << 10];

  synchronized void add(Digest commitment, long index, EntryType type) {
    if (2 * (size + 1) > slots.length / WORDS) {
      grow();
    }
    ByteBuffer bytes = ByteBuffer.wrap(commitment.bytes());
    put(slots, bytes.getLong(), bytes.getLong(), index + 1);
    size++;
    int at = Math.toIntExact(index);
    if (at >= types.length) {
      types = Arrays.copyOf(types, Math.max(at + 1, Math.multiplyExact(types.length, 2)));
    }
    types[at] = (byte) type.code();
  }

  /** The type of the entry at {@code index}, which must have been added. */
  synchronized EntryType type(long index) {
    return EntryType.ofCode(types[Math.toIntExact(index)]);
  }

  synchronized OptionalLong find(Digest commitment) {
    ByteBuffer bytes = ByteBuffer.wrap(commitment.bytes());
    long high = bytes.getLong();
    long low = bytes.getLong();
    int at = place(slots, high);
    while (slots[at + 2] != 0) {
      if (slots[at] == high && slots[at + 1] == low) {
        return OptionalLong.of(slots[at + 2] - 1);
      }
      at = (at + WORDS) % slots.length;
    }
    return OptionalLong.empty();
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    for (int at = 0; at < slots.length; at += WORDS) {
      if (slots[at + 2] != 0) {
        put(larger, slots[at], slots[at + 1], slots[at + 2]);
      }
    }
    slots = larger;
  }

  private static void put(long[] table, long high, long low, long value) {
    int at = place(table, high);
    while (table[at + 2] != 0) {
      at = (at + WORDS) % table.length;
    }
    table[at] = high;
    table[at + 1] = low;
    table[at + 2] = value;
  }

  private static int place(long[] table, long high) {
    return WORDS * (int) Long.remainderUnsigned(high, table.length / WORDS);
  }
}

package org.thingward.identity;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/**
 * A range of serial numbers, whose revoked certificates are on one list: so that a revocation in a
 * fleet of a million has a list of some kilobytes made anew, and a broker fetches no more.
 *
 * @param from the first serial number
 * @param to the first beyond
 */
record Shard(BigInteger from, BigInteger to) {
  /** How many parts the serial numbers of an authority are in. */
  static final int COUNT = 64;

  /** All serial numbers. */
  static final Shard ALL = new Shard(BigInteger.ZERO, BigInteger.TWO.pow(160));

  private static final int SERIAL_BITS = 128;
  private static final int PART_BITS = SERIAL_BITS - Integer.numberOfTrailingZeros(COUNT);

  /** The part of this number, from 0. */
  static Shard of(int number) {
    BigInteger size = BigInteger.ONE.shiftLeft(PART_BITS);
    BigInteger from = size.multiply(BigInteger.valueOf(number));
    return new Shard(from, from.add(size));
  }

  /** The number of the part that this serial number is in. */
  static int numberOf(BigInteger serial) {
    return serial.shiftRight(PART_BITS).intValue();
  }

  /** Its number as paths have it: two hex digits. */
  static String word(int number) {
    return "%02x".formatted(number).toLowerCase(Locale.ROOT);
  }

  /** The number that {@link #word} gave; empty if it is none. */
  static Optional<Integer> ofWord(String word) {
    if (!word.matches("[0-9a-f]{2}") || Integer.parseInt(word, 16) >= COUNT) {
      return Optional.empty();
    }
    return Optional.of(Integer.parseInt(word, 16));
  }
}

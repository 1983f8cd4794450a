package org.thingward.verify.log;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.thingward.trust.Digest;

/**
 * What the log shows of an entry: its type, its time and two commitments, never its content (rule
 * L1).
 *
 * <p>Encoded as 74 bytes: version (1), type (1), microseconds since 1970-01-01 UTC (8, big endian),
 * content commitment (32), link commitment (32).
 *
 * @param type the kind of record
 * @param time when it was handed to the ledger, to the microsecond
 * @param content the commitment to its content: the name of the entry in receipts
 * @param link the commitment to the leaf hash of the same subject's previous entry (rule L2)
 */
public record Leaf(EntryType type, Instant time, Digest content, Digest link) {
  /** The version of this encoding, its first byte. */
  public static final int VERSION = 1;

  /** Bytes of an encoded leaf. */
  public static final int LENGTH = 74;

  /** Stands for the previous leaf hash in the first entry of a subject. */
  public static final Digest NO_PREVIOUS = Digest.wrap(new byte[Digest.LENGTH]);

  private static final long MICROS_A_SECOND = 1_000_000;

  public Leaf {
    time = time.truncatedTo(ChronoUnit.MICROS);
  }

  /** The bytes that stand in the log. */
  public byte[] encode() {
    return ByteBuffer.allocate(LENGTH)
        .put((byte) VERSION)
        .put((byte) type.code())
        .putLong(micros(time))
        .put(content.bytes())
        .put(link.bytes())
        .array();
  }

  /**
   * Reads what {@link #encode()} writes.
   *
   * @throws IllegalArgumentException if the bytes are no leaf of this version
   */
  public static Leaf decode(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a leaf has 74 bytes, this one " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get();
    if (version != VERSION) {
      throw new IllegalArgumentException("a leaf of version " + version + " is unknown here");
    }
    EntryType type = EntryType.ofCode(in.get());
    Instant time = instant(in.getLong());
    byte[] content = new byte[Digest.LENGTH];
    byte[] link = new byte[Digest.LENGTH];
    in.get(content).get(link);
    return new Leaf(type, time, Digest.wrap(content), Digest.wrap(link));
  }

  /** The RFC 6962 hash of the encoded leaf. */
  public Digest hash() {
    return MerkleTree.leafHash(encode());
  }

  /** Microseconds since 1970-01-01 UTC, as a leaf holds them. */
  public static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), MICROS_A_SECOND), time.getNano() / 1_000);
  }

  /** The instant that {@link #micros} counts to. */
  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_A_SECOND), Math.floorMod(micros, MICROS_A_SECOND) * 1_000);
  }
}

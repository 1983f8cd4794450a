package org.thingward.verify.tpm;

import java.nio.ByteBuffer;
import java.util.function.Function;

/** Reads a TPM's structures from their marshalled form: big-endian, each list with its length. */
final class TpmBytes {
  private final String what;
  private final ByteBuffer bytes;

  private TpmBytes(String what, byte[] bytes) {
    this.what = what;
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /**
   * Reads all of {@code bytes}, and nothing must be left.
   *
   * @param what they are said to be, for a refusal
   * @throws TpmRefused if they are something else
   */
  static <T> T read(String what, byte[] bytes, Function<TpmBytes, T> reading) {
    TpmBytes from = new TpmBytes(what, bytes);
    T read = reading.apply(from);
    if (from.bytes.hasRemaining()) {
      throw from.refused(from.bytes.remaining() + " bytes are left");
    }
    return read;
  }

  int u8() {
    return need(1).get() & 0xFF;
  }

  int u16() {
    return need(2).getShort() & 0xFFFF;
  }

  int u32() {
    int value = need(4).getInt();
    if (value < 0) {
      throw refused("a number of more than 31 bits");
    }
    return value;
  }

  /** Bits, of which the highest may be set. */
  int bits32() {
    return need(4).getInt();
  }

  long u64() {
    return need(8).getLong();
  }

  byte[] take(int length) {
    byte[] taken = new byte[length];
    need(length).get(taken);
    return taken;
  }

  /** A TPM2B of at most so many bytes. */
  byte[] sized(int most) {
    int length = u16();
    if (length > most) {
      throw refused("a part of %d bytes, where %d are the most".formatted(length, most));
    }
    return take(length);
  }

  TpmAlgorithm algorithm() {
    int number = u16();
    return TpmAlgorithm.of(number)
        .orElseThrow(() -> refused("algorithm 0x%04x is not known here".formatted(number)));
  }

  TpmAlgorithm hash() {
    TpmAlgorithm algorithm = algorithm();
    if (!algorithm.isHash()) {
      throw refused(algorithm + " is no hash");
    }
    return algorithm;
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  TpmRefused refused(String why) {
    return new TpmRefused("%s, byte %d: %s".formatted(what, bytes.position(), why));
  }

  private ByteBuffer need(int length) {
    if (length > bytes.remaining()) {
      throw refused("it breaks off");
    }
    return bytes;
  }
}

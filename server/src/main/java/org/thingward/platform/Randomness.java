package org.thingward.platform;

import java.security.SecureRandom;
import java.util.UUID;

/** The one source of randomness in the server. Safe for many threads. */
public final class Randomness {
  private final SecureRandom random = new SecureRandom();
  private final Time time;

  public Randomness(Time time) {
    this.time = time;
  }

  /** {@code length} random bytes, fit for keys. */
  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** For libraries that draw their own. */
  public SecureRandom secureRandom() {
    return random;
  }

  /** A new time-ordered id, UUID version 7 (RFC 9562 §5.7). */
  public UUID id() {
    long millis = time.now().toEpochMilli();
    long high = (millis << 16) | 0x7000L | (random.nextInt() & 0x0FFFL);
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}

package org.thingward.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A SHA-256 digest: the name of anything whose bytes are kept elsewhere.
 *
 * <p>Its text form carries the algorithm ({@code sha256:} and 64 hex digits), so that another one
 * can follow. Equality is constant in time over the bytes.
 */
public final class Digest implements Comparable<Digest> {
  /** Bytes of a digest. */
  public static final int LENGTH = 32;

  private static final String PREFIX = "sha256:";
  private static final MessageDigest UNUSED = unused();

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The digest of {@code parts}, one after the other. */
  public static Digest of(byte[]... parts) {
    MessageDigest sha256 = fresh();
    for (byte[] part : parts) {
      sha256.update(part);
    }
    return new Digest(sha256.digest());
  }

  // A copy of an unused one costs a third of asking the providers each time.
  private static MessageDigest fresh() {
    try {
      return (MessageDigest) UNUSED.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be copied", e);
    }
  }

  private static MessageDigest unused() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Wraps 32 bytes that already are a digest.
   *
   * @throws IllegalArgumentException if there are not exactly 32
   */
  public static Digest wrap(byte[] digest) {
    if (digest.length != LENGTH) {
      throw new IllegalArgumentException(
          "a SHA-256 digest has 32 bytes, these are " + digest.length);
    }
    return new Digest(digest.clone());
  }

  /**
   * Reads {@code sha256:<64 lower-case hex digits>}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX) || text.length() != PREFIX.length() + 2 * LENGTH) {
      throw new IllegalArgumentException("a digest is written sha256: and 64 hex digits");
    }
    byte[] bytes = HexFormat.of().parseHex(text, PREFIX.length(), text.length());
    Digest digest = new Digest(bytes);
    if (!digest.toString().equals(text)) {
      throw new IllegalArgumentException("a digest is written in lower case");
    }
    return digest;
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The 64 hex digits, without the algorithm. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** The first eight hex digits: enough for a person to recognise it, never to decide on. */
  public String brief() {
    return HexFormat.of().formatHex(bytes, 0, 4);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest && MessageDigest.isEqual(bytes, digest.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return PREFIX + hex();
  }
}

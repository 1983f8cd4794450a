package org.thingward.verify.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.thingward.trust.Digest;

/**
 * The random key of one entry, under which its leaf commits to content and predecessor (rule L1).
 * Whoever erases it erases what the entry meant; proofs about the leaf stay valid.
 */
public final class EntryKey {
  /** Bytes of a key. */
  public static final int LENGTH = 32;

  private static final byte[] CONTENT = label("thingward/content/v1\n");
  private static final byte[] LINK = label("thingward/link/v1\n");
  private static final int BLOCK = 64;

  private final byte[] key;

  private EntryKey(byte[] key) {
    this.key = key;
  }

  /**
   * A key of these bytes, which must be random.
   *
   * @throws IllegalArgumentException if there are not exactly 32
   */
  public static EntryKey of(byte[] key) {
    if (key.length != LENGTH) {
      throw new IllegalArgumentException("an entry key has 32 bytes, these are " + key.length);
    }
    return new EntryKey(key.clone());
  }

  /** A copy of the key's bytes: secret until its owner opens the entry. */
  public byte[] bytes() {
    return key.clone();
  }

  /** The commitment to {@code content}: HMAC-SHA256 under this key, with a label of its own. */
  public Digest commitToContent(byte[] content) {
    return mac(CONTENT, content);
  }

  /**
   * The commitment to the leaf hash of the same subject's previous entry.
   *
   * @param previous that hash, or {@link Leaf#NO_PREVIOUS}
   */
  public Digest commitToLink(Digest previous) {
    return mac(LINK, previous.bytes());
  }

  /** A key for another purpose, from which this one cannot be found. */
  public byte[] derive(String purpose) {
    return mac(label(purpose), new byte[0]).bytes();
  }

  // RFC 2104 over MessageDigest: several times quicker than Mac for a key that is used once.
  private Digest mac(byte[] label, byte[] message) {
    Digest inner = Digest.of(padded((byte) 0x36), label, message);
    return Digest.of(padded((byte) 0x5c), inner.bytes());
  }

  private byte[] padded(byte pad) {
    byte[] block = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      block[i] = (byte) ((i < LENGTH ? key[i] : 0) ^ pad);
    }
    return block;
  }

  private static byte[] label(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryKey that && MessageDigest.isEqual(key, that.key);
  }

  @Override
  public int hashCode() {
    return key[0];
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "an entry key";
  }
}

package org.thingward.verify.tpm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Algorithms by their numbers (TPM_ALG_ID, TCG Algorithm Registry). */
public enum TpmAlgorithm {
  RSA(0x0001),
  SHA1(0x0004, "SHA-1"),
  AES(0x0006),
  SHA256(0x000B, "SHA-256"),
  SHA384(0x000C, "SHA-384"),
  SHA512(0x000D, "SHA-512"),
  NULL(0x0010),
  RSASSA(0x0014),
  RSAES(0x0015),
  RSAPSS(0x0016),
  OAEP(0x0017),
  ECDSA(0x0018),
  ECDH(0x0019),
  ECC(0x0023),
  CFB(0x0043);

  private static final TpmAlgorithm[] ALL = values();

  private final int number;
  private final Optional<MessageDigest> unused;

  TpmAlgorithm(int number) {
    this.number = number;
    this.unused = Optional.empty();
  }

  TpmAlgorithm(int number, String digest) {
    try {
      this.number = number;
      this.unused = Optional.of(MessageDigest.getInstance(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The one of this number, if it is known here. */
  public static Optional<TpmAlgorithm> of(int number) {
    for (TpmAlgorithm each : ALL) {
      if (each.number == number) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Its number. */
  public int number() {
    return number;
  }

  /** Whether it is a hash. */
  public boolean isHash() {
    return unused.isPresent();
  }

  /** Whether a signature may rest on it today: SHA-1 is read, and believed of nothing. */
  public boolean isStrong() {
    return isHash() && this != SHA1;
  }

  /** The lower-case name of a hash, as tools write it, e.g. {@code sha256}. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The length of a hash's digests in bytes. */
  public int length() {
    return unused().getDigestLength();
  }

  /** The hash of these bytes, one after the other. */
  public byte[] digest(byte[]... parts) {
    MessageDigest hasher = hasher();
    for (byte[] part : parts) {
      hasher.update(part);
    }
    return hasher.digest();
  }

  // A copy of an unused one costs a third of asking the providers each time.
  private MessageDigest hasher() {
    try {
      return (MessageDigest) unused().clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's hashes can be copied", e);
    }
  }

  private MessageDigest unused() {
    return unused.orElseThrow(() -> new IllegalStateException(this + " is no hash"));
  }
}

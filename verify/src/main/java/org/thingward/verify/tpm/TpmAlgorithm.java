package org.thingward.verify.tpm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Algorithms by their numbers (TPM_ALG_ID, TCG Algorithm Registry). */
public enum TpmAlgorithm {
  RSA(0x0001, ""),
  SHA1(0x0004, "SHA-1"),
  AES(0x0006, ""),
  SHA256(0x000B, "SHA-256"),
  SHA384(0x000C, "SHA-384"),
  SHA512(0x000D, "SHA-512"),
  NULL(0x0010, ""),
  RSASSA(0x0014, ""),
  RSAES(0x0015, ""),
  RSAPSS(0x0016, ""),
  OAEP(0x0017, ""),
  ECDSA(0x0018, ""),
  ECDH(0x0019, ""),
  ECC(0x0023, ""),
  CFB(0x0043, "");

  private final int number;
  private final String digest;

  TpmAlgorithm(int number, String digest) {
    this.number = number;
    this.digest = digest;
  }

  /** Its number. */
  public int number() {
    return number;
  }

  /** Whether it is a hash. */
  public boolean isHash() {
    return !digest.isEmpty();
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
    return hasher().getDigestLength();
  }

  /** The hash of these bytes, one after the other. */
  public byte[] digest(byte[]... parts) {
    MessageDigest hasher = hasher();
    for (byte[] part : parts) {
      hasher.update(part);
    }
    return hasher.digest();
  }

  private MessageDigest hasher() {
    if (!isHash()) {
      throw new IllegalStateException(this + " is no hash");
    }
    try {
      return MessageDigest.getInstance(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package org.thingward.verify.log;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** How a checkpoint can be signed: the types of C2SP signed-note that Thingward uses. */
public enum NoteAlgorithm {
  /** Ed25519 over the note's text (C2SP signed-note, type 0x01). */
  ED25519(0x01, "Ed25519", 32, 64, "302a300506032b6570032100"),
  /**
   * Ed25519 over time and note text: a witness's cosignature (C2SP tlog-cosignature, type 0x04).
   */
  ED25519_COSIGNATURE(0x04, "Ed25519", 32, 8 + 64, "302a300506032b6570032100"),
  /** ML-DSA-44 over the {@code subtree/v1} message (C2SP tlog-cosignature, type 0x06). */
  ML_DSA_44(0x06, "ML-DSA-44", 1_312, 8 + 2_420, "30820532300b06096086480165030403110382052100");

  private final int type;
  private final String standardName;
  private final int keyLength;
  private final int signatureLength;
  private final byte[] keyInfoPrefix;

  NoteAlgorithm(
      int type, String standardName, int keyLength, int signatureLength, String keyInfoPrefix) {
    this.type = type;
    this.standardName = standardName;
    this.keyLength = keyLength;
    this.signatureLength = signatureLength;
    this.keyInfoPrefix = HexFormat.of().parseHex(keyInfoPrefix);
  }

  /** The signature type's byte in key ids and verifier keys. */
  public int type() {
    return type;
  }

  /** The algorithm's name, as in the Java security standard names. */
  public String standardName() {
    return standardName;
  }

  /** Bytes of a public key. */
  public int keyLength() {
    return keyLength;
  }

  /** Bytes of a signature in a note; one that is dated begins with the time in eight bytes. */
  public int signatureLength() {
    return signatureLength;
  }

  /** Whether its signatures say when they were made, and are therefore fit for a witness. */
  public boolean isDated() {
    return this != ED25519;
  }

  /** The raw key inside a DER SubjectPublicKeyInfo of this algorithm. */
  public byte[] rawKey(PublicKey key) {
    byte[] encoded = key.getEncoded();
    if (encoded.length != keyInfoPrefix.length + keyLength) {
      throw new IllegalArgumentException("this is no " + standardName + " key");
    }
    return Arrays.copyOfRange(encoded, keyInfoPrefix.length, encoded.length);
  }

  PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
    byte[] encoded = new byte[keyInfoPrefix.length + raw.length];
    System.arraycopy(keyInfoPrefix, 0, encoded, 0, keyInfoPrefix.length);
    System.arraycopy(raw, 0, encoded, keyInfoPrefix.length, raw.length);
    return KeyFactory.getInstance(standardName).generatePublic(new X509EncodedKeySpec(encoded));
  }

  /**
   * The algorithm with this type byte.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static NoteAlgorithm ofType(int type) {
    for (NoteAlgorithm algorithm : values()) {
      if (algorithm.type == type) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("signature type 0x%02x is unknown here".formatted(type));
  }
}

package org.thingward.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.platform.Base64Url;
import org.thingward.trust.CanonicalJson;

/**
 * What the holder of a token proves itself with where the token itself is not shown (CMP's password
 * of a MAC): 256 bits that follow from the token and do not lead back to it, as 43 characters of
 * base64url. Unlike the token it cannot be kept as a digest, so it is kept sealed, and only for
 * tokens that were made for this.
 */
final class MacSecret {
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] PURPOSE =
      "thingward/token-mac/v1".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT = 1;
  private static final int NONCE_BYTES = 12;

  private final String text;

  private MacSecret(String text) {
    this.text = text;
  }

  /**
   * That of a token: HMAC-SHA256, keyed by the token's text, over {@code thingward/token-mac/v1}.
   */
  static MacSecret of(EnrolmentToken token) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      byte[] key = token.reveal().getBytes(StandardCharsets.US_ASCII);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return new MacSecret(Base64Url.encode(mac.doFinal(PURPOSE)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /**
   * What is stored: a version, the nonce, and this, sealed so that it opens for this token alone.
   */
  byte[] sealed(KeyEncryptionKey kek, TokenRecord token) {
    KeyEncryptionKey.Sealed sealed = kek.seal(bytes(), context(token));
    return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.ciphertext().length)
        .put((byte) FORMAT)
        .put(sealed.nonce())
        .put(sealed.ciphertext())
        .array();
  }

  /**
   * Opens what {@link #sealed} made.
   *
   * @throws IllegalStateException if it is another token's, was sealed by another key, or changed
   */
  static MacSecret open(KeyEncryptionKey kek, TokenRecord token, byte[] stored) {
    if (stored.length <= 1 + NONCE_BYTES || stored[0] != FORMAT) {
      throw new IllegalStateException("what is sealed is malformed");
    }
    byte[] nonce = new byte[NONCE_BYTES];
    byte[] ciphertext = new byte[stored.length - 1 - NONCE_BYTES];
    ByteBuffer.wrap(stored).position(1).get(nonce).get(ciphertext);
    byte[] text = kek.open(new KeyEncryptionKey.Sealed(nonce, ciphertext), context(token));
    return new MacSecret(new String(text, StandardCharsets.US_ASCII));
  }

  private static byte[] context(TokenRecord token) {
    return CanonicalJson.encode(
        Map.of(
            "token-mac",
            FORMAT,
            "id",
            token.id().toString(),
            "digest",
            token.digest().toString(),
            "cipher",
            KeyEncryptionKey.CIPHER));
  }

  /** A key of 256 bits that follows from it, for this use and no other. */
  byte[] keyFor(String use) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes(), ALGORITHM));
      return mac.doFinal(use.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The secret itself, shown once to the operator who asked for it. */
  String reveal() {
    return text;
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "…";
  }
}

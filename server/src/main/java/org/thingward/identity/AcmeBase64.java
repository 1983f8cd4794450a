package org.thingward.identity;

import java.util.Base64;

/** Base64url without padding (RFC 4648 §5), in the one form that its bytes have. */
final class AcmeBase64 {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private AcmeBase64() {}

  static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /**
   * The bytes that {@code text} stands for.
   *
   * @param what names the place for a person
   * @throws AcmeRefused if it is padded, or no base64url, or another form of the same bytes
   */
  static byte[] decode(String what, String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (encode(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw malformed(what);
    }
    throw malformed(what);
  }

  private static AcmeRefused malformed(String what) {
    return new AcmeRefused(
        AcmeError.MALFORMED,
        "In " + what + ": base64url without padding is expected (RFC 4648 §5).");
  }
}

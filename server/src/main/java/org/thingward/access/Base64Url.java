package org.thingward.access;

import java.util.Base64;
import org.thingward.platform.Problem;

/** Bytes as WebAuthn's JSON forms write them: base64url without padding (RFC 4648 §5). */
final class Base64Url {
  private Base64Url() {}

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The bytes that {@code text} writes.
   *
   * @throws Problem 400 naming the {@code member}, if it writes none
   */
  static byte[] decode(String text, String member) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (text.equals(encode(bytes))) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw refused(member);
    }
    throw refused(member);
  }

  private static Problem refused(String member) {
    return new Problem(400, "malformed-body", "'" + member + "' is not base64url without padding.");
  }
}

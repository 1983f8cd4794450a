package org.thingward.platform;

import java.util.Base64;
import java.util.Optional;

/** Base64url without padding (RFC 4648 §5), in the one form that its bytes have. */
public final class Base64Url {
  private Base64Url() {}

  /** The text that writes these bytes. */
  public static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The bytes that {@code text} writes; empty if it writes none, or in another form. */
  public static Optional<byte[]> decode(String text) {
    try {
      return Optional.of(Base64.getUrlDecoder().decode(text))
          .filter(bytes -> encode(bytes).equals(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

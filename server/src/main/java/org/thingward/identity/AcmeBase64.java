package org.thingward.identity;

import org.thingward.platform.Base64Url;

/** Base64url as clients of ACME send it (RFC 8555 §6.1). */
final class AcmeBase64 {
  private AcmeBase64() {}

  /**
   * The bytes that {@code text} stands for.
   *
   * @param what names the place for a person
   * @throws AcmeRefused if it is padded, or no base64url, or another form of the same bytes
   */
  static byte[] decode(String what, String text) {
    return Base64Url.decode(text)
        .orElseThrow(() ->
            new AcmeRefused(
                AcmeError.MALFORMED,
                "In " + what + ": base64url without padding is expected (RFC 4648 §5)."));
  }
}

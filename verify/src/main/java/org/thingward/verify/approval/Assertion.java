package org.thingward.verify.approval;

import java.util.Base64;
import java.util.Map;
import org.thingward.verify.record.JsonPart;

/**
 * What an authenticator signed, and its signature (WebAuthn level 2, §5.2.2), as the ledger keeps
 * it.
 *
 * @param passkey the credential's id, base64url
 */
public record Assertion(
    String passkey, byte[] authenticatorData, byte[] clientData, byte[] signature) {

  /** The members {@code passkey}, {@code authenticator-data} and so on of a record. */
  static Assertion of(JsonPart part) {
    return new Assertion(
        part.member("passkey").text(),
        bytes(part.member("authenticator-data")),
        bytes(part.member("client-data")),
        bytes(part.member("signature")));
  }

  private static byte[] bytes(JsonPart part) {
    return part.of(Base64.getUrlDecoder()::decode);
  }

  Map<String, Object> tree() {
    return Map.of(
        "passkey", passkey,
        "authenticator-data", text(authenticatorData),
        "client-data", text(clientData),
        "signature", text(signature));
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

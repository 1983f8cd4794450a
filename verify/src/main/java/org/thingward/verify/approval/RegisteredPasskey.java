package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * A passkey as an entry of the ledger registers it (WebAuthn level 2, §6.5).
 *
 * @param operator whose
 * @param id the credential's id, base64url
 * @param console the relying party that it is bound to
 */
record RegisteredPasskey(Subject operator, String id, String console, PasskeyKey key) {
  private static final int FLAGS = 32;
  private static final int ATTESTED = 0x40;
  private static final int ID_LENGTH = 53;
  private static final int ID = 55;
  private static final int PRESENT_AND_VERIFIED = 0x01 | 0x04;

  /**
   * Reads the members {@code attestation-object} and so on of a registration.
   *
   * @throws RecordRefused if there is no passkey in it
   */
  static RegisteredPasskey of(JsonPart registration) {
    JsonPart attested = registration.member("attestation-object");
    byte[] object = attested.of(Base64.getUrlDecoder()::decode);
    return attested.checked(() -> {
      byte[] data = Cbor.member(Cbor.first(object, 0), "authData", byte[].class);
      if (data.length < ID || (data[FLAGS] & ATTESTED) == 0) {
        throw new IllegalArgumentException("no credential is attested");
      }
      int length = (data[ID_LENGTH] & 0xFF) << 8 | data[ID_LENGTH + 1] & 0xFF;
      if (data.length < ID + length) {
        throw new IllegalArgumentException("the credential's id breaks off");
      }
      byte[] id = Arrays.copyOfRange(data, ID, ID + length);
      return new RegisteredPasskey(
          registration.member("operator").of(Subject::operator),
          Base64.getUrlEncoder().withoutPadding().encodeToString(id),
          registration.member("console").text(),
          PasskeyKey.of(Cbor.first(data, ID + length)));
    });
  }

  /**
   * Why {@code assertion} is not this passkey's yes to {@code challenge}, given on the console's
   * page at {@code port} by a user who was present and verified; empty if it is.
   */
  Optional<String> fault(Assertion assertion, byte[] challenge, int port) {
    byte[] data = assertion.authenticatorData();
    byte[] rp = Digest.of(console.getBytes(UTF_8)).bytes();
    if (data.length < FLAGS + 5 || !Arrays.equals(data, 0, FLAGS, rp, 0, FLAGS)) {
      return Optional.of("is for another name than " + console);
    }
    if ((data[FLAGS] & PRESENT_AND_VERIFIED) != PRESENT_AND_VERIFIED) {
      return Optional.of("is by a user who was not present, or not verified");
    }
    byte[] clientData = assertion.clientData();
    if (!key.verifies(assertion.signature(), data, Digest.of(clientData).bytes())) {
      return Optional.of("is not signed by the passkey that was registered");
    }
    return clientFault(clientData, challenge, port);
  }

  private Optional<String> clientFault(byte[] clientData, byte[] challenge, int port) {
    try {
      JsonPart client = JsonPart.read(clientData);
      String origin = "https://" + console + (port == 443 ? "" : ":" + port);
      String expected = Base64.getUrlEncoder().withoutPadding().encodeToString(challenge);
      if (!client.member("type").text().equals("webauthn.get")) {
        return Optional.of("is of another kind of ceremony");
      }
      if (!client.member("challenge").text().equals(expected)) {
        return Optional.of("is over something else");
      }
      boolean embedded =
          client.has("topOrigin")
              || (client.has("crossOrigin") && client.member("crossOrigin").flag());
      return embedded || !client.member("origin").text().equals(origin)
          ? Optional.of("was given on a page of another site")
          : Optional.empty();
    } catch (RecordRefused e) {
      return Optional.of("has client data that cannot be read: " + e.getMessage());
    }
  }
}

package org.thingward.access;

import com.webauthn4j.data.RegistrationData;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.thingward.platform.Base64Url;
import org.thingward.platform.ConsoleName;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * A registration ceremony that was found as it must be: what an entry of type {@code passkey}
 * records beside who vouches for it.
 *
 * @param operator whose passkey it is to be
 * @param user the user handle, base64url
 * @param console the relying party
 * @param at when
 * @param port where the operator listener was: part of the origin that was signed
 * @param attestationObject as the authenticator gave it
 * @param clientData as the browser gave it; holds the random challenge
 */
record Registration(
    Subject operator,
    String user,
    ConsoleName console,
    Instant at,
    int port,
    byte[] attestationObject,
    byte[] clientData) {
  private static final int FORMAT = 1;

  /** Reads what {@link #tree} writes. */
  static Registration of(JsonNode tree) {
    return new Registration(
        Subject.operator(text(tree, "operator")),
        text(tree, "user"),
        new ConsoleName(text(tree, "console")),
        Instant.parse(text(tree, "registered")),
        tree.path("port").asInt(0),
        Fields.base64Url(text(tree, "attestation-object"), "attestation-object"),
        Fields.base64Url(text(tree, "client-data"), "client-data"));
  }

  private static String text(JsonNode tree, String member) {
    return tree.path(member).asString("");
  }

  /** Its members, for the record. */
  Map<String, Object> tree() {
    return Map.of(
        "passkey", FORMAT,
        "operator", operator.name(),
        "user", user,
        "console", console.name(),
        "registered", at.toString(),
        "port", port,
        "attestation-object", Base64Url.encode(attestationObject),
        "client-data", Base64Url.encode(clientData));
  }

  /** The record of it together with who vouches for it. */
  byte[] record(Map<String, Object> vouchedBy) {
    Map<String, Object> tree = new HashMap<>(tree());
    tree.put("vouched-by", vouchedBy);
    return CanonicalJson.encode(tree);
  }

  /** What a passkey signs to vouch for exactly this (rule O2). */
  Challenge vouching() {
    return Challenge.over(Purpose.VOUCHING, operator.name(), CanonicalJson.encode(tree()));
  }

  /** The passkey that it makes. */
  Passkey passkey(RelyingParty party) {
    RegistrationData data = party.read(attestationObject, clientData);
    byte[] id =
        Objects.requireNonNull(
                Objects.requireNonNull(data.getAttestationObject())
                    .getAuthenticatorData()
                    .getAttestedCredentialData())
            .getCredentialId();
    return new Passkey(operator, Base64Url.encode(id), user, console, at, data);
  }
}

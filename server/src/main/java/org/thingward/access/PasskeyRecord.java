package org.thingward.access;

import com.webauthn4j.data.RegistrationData;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.thingward.ledger.Openings;
import org.thingward.platform.ConsoleName;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The records of passkeys in the ledger, types {@code passkey} and {@code login}. They hold the
 * ceremonies' own bytes, so that whoever opens them can check them without us (rule O2).
 */
final class PasskeyRecord {
  /** The member that a login has and an end of a session has not. */
  static final String LOGIN = "login";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PasskeyRecord() {}

  /**
   * A registration that the bootstrap credential vouches for: the first link of the chain (O1).
   *
   * @param bootstrap the digest of the bootstrap certificate's public key
   */
  static byte[] firstRegistration(
      Subject operator,
      String id,
      String user,
      ConsoleName console,
      Instant at,
      byte[] attestationObject,
      byte[] clientData,
      Digest bootstrap) {
    return CanonicalJson.encode(
        Map.of(
            "passkey", 1,
            "operator", operator.name(),
            "id", id,
            "user", user,
            "console", console.name(),
            "registered", at.toString(),
            "attestation-object", Base64Url.encode(attestationObject),
            "client-data", Base64Url.encode(clientData),
            "vouched-by", Map.of("bootstrap", bootstrap.toString())));
  }

  /** The passkey that an entry registers. */
  static Passkey passkey(Openings.Opened entry, RelyingParty party) {
    JsonNode tree = tree(entry);
    RegistrationData data =
        party.read(
            Base64Url.decode(text(tree, "attestation-object"), "attestation-object"),
            Base64Url.decode(text(tree, "client-data"), "client-data"));
    return new Passkey(
        Subject.operator(text(tree, "operator")),
        text(tree, "id"),
        text(tree, "user"),
        new ConsoleName(text(tree, "console")),
        Instant.parse(text(tree, "registered")),
        data);
  }

  /** A login: the assertion, and the counter after it. */
  static byte[] login(
      Passkey passkey, long counter, Session session, RelyingParty.Assertion assertion) {
    return CanonicalJson.encode(
        Map.of(
            LOGIN,
            1,
            "operator",
            passkey.operator().name(),
            "passkey",
            passkey.id(),
            "counter",
            counter,
            "session",
            session.id().toString(),
            "at",
            session.began().toString(),
            "authenticator-data",
            Base64Url.encode(assertion.authenticatorData()),
            "client-data",
            Base64Url.encode(assertion.clientData()),
            "signature",
            Base64Url.encode(assertion.signature())));
  }

  /** The end of a session that an operator ended. */
  static byte[] sessionEnd(Session session, Instant at) {
    return CanonicalJson.encode(
        Map.of(
            "session-end", 1,
            "operator", session.operator().name(),
            "session", session.id().toString(),
            "at", at.toString()));
  }

  static JsonNode tree(Openings.Opened entry) {
    return JSON.readTree(new String(entry.content(), StandardCharsets.UTF_8));
  }

  private static String text(JsonNode tree, String member) {
    return tree.path(member).asString("");
  }
}

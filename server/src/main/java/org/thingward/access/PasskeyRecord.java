package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.thingward.ledger.Openings;
import org.thingward.platform.Base64Url;
import org.thingward.trust.CanonicalJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The records of logins in the ledger. They hold the assertions' own bytes, so that whoever opens
 * them can check them without us (rule O2). Those of passkeys: {@link Registration}.
 */
final class PasskeyRecord {
  /** The member that a login has and an end of a session has not. */
  static final String LOGIN = "login";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PasskeyRecord() {}

  /** A login: the assertion, and the counter after it. */
  static byte[] login(
      Passkey passkey, long counter, Session session, RelyingParty.Assertion assertion) {
    return CanonicalJson.encode(
        Map.ofEntries(
            Map.entry(LOGIN, 1),
            Map.entry("operator", passkey.operator().name()),
            Map.entry("passkey", passkey.id()),
            Map.entry("counter", counter),
            Map.entry("session", session.id().toString()),
            Map.entry("at", session.began().toString()),
            Map.entry("browser", session.browser()),
            Map.entry("network", session.network().name()),
            Map.entry("authenticator-data", Base64Url.encode(assertion.authenticatorData())),
            Map.entry("client-data", Base64Url.encode(assertion.clientData())),
            Map.entry("signature", Base64Url.encode(assertion.signature()))));
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
}

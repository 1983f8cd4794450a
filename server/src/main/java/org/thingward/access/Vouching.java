package org.thingward.access;

import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Openings;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;

/**
 * Who vouches for a registration: the bootstrap certificate for the very first, a passkey of the
 * same operator for each further one, so that all lead back to the bootstrap (rules O1, O2).
 */
final class Vouching {
  private static final Logger LOG = LoggerFactory.getLogger(Vouching.class);
  private static final String BOOTSTRAP = "bootstrap";
  private static final String PASSKEY = "passkey";

  private Vouching() {}

  /** By the bootstrap certificate, whose public key has this digest. */
  static Map<String, Object> byBootstrap(Digest key) {
    return Map.of(BOOTSTRAP, key.toString());
  }

  /** By an assertion of a passkey. */
  static Map<String, Object> byPasskey(Passkey passkey, RelyingParty.Assertion assertion) {
    return Map.of(
        PASSKEY,
        passkey.id(),
        "authenticator-data",
        Base64Url.encode(assertion.authenticatorData()),
        "client-data",
        Base64Url.encode(assertion.clientData()),
        "signature",
        Base64Url.encode(assertion.signature()));
  }

  /**
   * The passkey that an entry registers, if who vouches for it may and did: checked with the keys
   * of the entries before it.
   *
   * @param earlier the passkeys of those entries
   * @param isFirst whether there is none before it
   */
  static Optional<Passkey> passkey(
      Openings.Opened entry, Passkeys earlier, boolean isFirst, RelyingParty party) {
    JsonNode tree = PasskeyRecord.tree(entry);
    Registration registration = Registration.of(tree);
    JsonNode by = tree.path("vouched-by");
    if (by.has(BOOTSTRAP) ? isFirst : isSigned(registration, by, earlier, party)) {
      return Optional.of(registration.passkey(party));
    }
    LOG.error(
        "A passkey of {} is in the log, and nobody who may vouches for it: it does not count",
        registration.operator());
    return Optional.empty();
  }

  private static boolean isSigned(
      Registration registration, JsonNode by, Passkeys earlier, RelyingParty party) {
    Optional<Passkey> voucher =
        earlier
            .find(by.path(PASSKEY).asString(""))
            .filter(it -> it.operator().equals(registration.operator()));
    if (voucher.isEmpty()) {
      return false;
    }
    try {
      RelyingParty.Assertion assertion =
          new RelyingParty.Assertion(
              bytes(by, "authenticator-data"),
              bytes(by, "client-data"),
              bytes(by, "signature"),
              voucher.get().user());
      // The counter was compared when it was signed; logins since are read later.
      long counter =
          party.verify(voucher.get(), 0, registration.vouching(), registration.port(), assertion);
      earlier.used(voucher.get().id(), counter);
      return true;
    } catch (Problem refused) {
      return false;
    }
  }

  private static byte[] bytes(JsonNode tree, String member) {
    return Base64Url.decode(tree.path(member).asString(""), member);
  }
}

package org.thingward.access;

import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Openings;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * Who vouches for a registration: the bootstrap certificate for the very first, a passkey of the
 * same operator for each further one, so that all lead back to the bootstrap (rules O1, O2).
 */
final class Vouching {
  private static final Logger LOG = LoggerFactory.getLogger(Vouching.class);
  private static final String BOOTSTRAP = "bootstrap";
  private static final String PASSKEY = "passkey";
  private static final String INVITATION = "invitation";

  private Vouching() {}

  /** By the bootstrap certificate, whose public key has this digest. */
  static Map<String, Object> byBootstrap(Digest key) {
    return Map.of(BOOTSTRAP, key.toString());
  }

  /** By an invitation, whose link's secret has this digest: it opens nothing by that. */
  static Map<String, Object> byInvitation(Digest link) {
    return Map.of(INVITATION, link.toString());
  }

  /** The digest of the link by which an entry was registered; empty if by none. */
  static Optional<Digest> invitation(JsonNode entry) {
    JsonNode link = entry.path("vouched-by").path(INVITATION);
    return link.isString() ? Optional.of(Digest.parse(link.asString())) : Optional.empty();
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
    boolean vouched =
        by.has(BOOTSTRAP)
            ? isFirst
            : signer(
                    by,
                    registration.operator(),
                    registration.vouching(),
                    registration.port(),
                    earlier,
                    party)
                .isPresent();
    if (vouched) {
      return Optional.of(registration.passkey(party));
    }
    LOG.error(
        "A passkey of {} is in the log, and nobody who may vouches for it: it does not count",
        registration.operator());
    return Optional.empty();
  }

  /**
   * Whose signature {@code by} is, over {@code challenge}, on the listener at {@code port}; empty
   * if it is of no passkey of this operator among those {@code earlier}.
   */
  static Optional<Passkey> signer(
      JsonNode by,
      Subject operator,
      Challenge challenge,
      int port,
      Passkeys earlier,
      RelyingParty party) {
    Optional<Passkey> signer =
        earlier.find(by.path(PASSKEY).asString("")).filter(it -> it.operator().equals(operator));
    if (signer.isEmpty()) {
      return Optional.empty();
    }
    try {
      RelyingParty.Assertion assertion =
          new RelyingParty.Assertion(
              bytes(by, "authenticator-data"),
              bytes(by, "client-data"),
              bytes(by, "signature"),
              signer.get().user());
      // The counter was compared when it was signed; logins since are read later.
      long counter = party.verify(signer.get(), 0, challenge, port, assertion);
      earlier.used(signer.get().id(), counter);
      return signer;
    } catch (Problem refused) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(JsonNode tree, String member) {
    return Fields.base64Url(tree.path(member).asString(""), member);
  }
}

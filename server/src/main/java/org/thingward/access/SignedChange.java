package org.thingward.access;

import java.time.Instant;
import java.util.Map;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Problem;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * A change about an operator as an access administrator signs it: what is asked, in which state of
 * things, so that it is good once and in this installation alone.
 *
 * @param by who asks
 * @param after the entry that it follows: that of the change before, or of the first passkey
 * @param at when it was asked
 * @param console the relying party
 * @param port where the operator listener was: part of the origin that is signed
 */
record SignedChange(
    OperatorChange change, Subject by, Digest after, Instant at, ConsoleName console, int port) {
  /** The member of an entry that holds what was signed. */
  static final String SIGNED = "operator-change";

  private static final int FORMAT = 1;

  /** Its canonical members. */
  Map<String, Object> tree() {
    return Map.of(
        "format", FORMAT,
        "change", change.tree(),
        "by", by.name(),
        "after", after.toString(),
        "at", at.toString(),
        "console", console.name(),
        "port", port);
  }

  /**
   * Reads what {@link #tree} writes.
   *
   * @throws Problem or IllegalArgumentException if it is none
   */
  static SignedChange of(JsonNode tree) {
    return new SignedChange(
        OperatorChange.of(tree.path("change")),
        Subject.operator(tree.path("by").asString("")),
        Digest.parse(tree.path("after").asString("")),
        Instant.parse(tree.path("at").asString("")),
        new ConsoleName(tree.path("console").asString("")),
        tree.path("port").asInt(0));
  }

  /** What the administrator's passkey signs. */
  Challenge challenge() {
    return Challenge.over(Purpose.ADMINISTRATION, by.name(), CanonicalJson.encode(tree()));
  }

  /** The entry of it, with the signature. */
  byte[] record(Passkey signer, RelyingParty.Assertion assertion) {
    return CanonicalJson.encode(
        Map.of(SIGNED, tree(), "signed-by", Vouching.byPasskey(signer, assertion)));
  }
}

package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Problem;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogEvent;
import tools.jackson.databind.JsonNode;

/**
 * Every operator ended, by who has the server's own files, so that a first passkey is registered
 * anew (rule O6): for when nobody can act as an access administrator any more. The log's keys sign
 * it, so that no row of a database is one.
 *
 * @param by who ordered it, as that person says
 * @param reason why
 * @param at when
 */
public record Recovery(String by, String reason, Instant at) {
  /** For how long after it a start of the server gives a link. */
  public static final Duration LIFE = FirstLink.LIFE;

  /** The member of an entry that holds what was ordered. */
  static final String RECOVERY = "operator-recovery";

  private static final String REGISTRATION = "operator-recovery-registration";
  private static final String ATTESTED = "attested";
  private static final Subject INSTALLATION = Subject.operator("installation");
  private static final int FORMAT = 1;

  /**
   * Ends every operator in a log whose server does not run; in force when it starts again.
   *
   * @throws IllegalArgumentException if reason or name are not one line each, or nobody was ever
   *     registered
   */
  public static Recovery order(Ledger log, String by, String reason, Instant at) {
    LogEvent.requireReason(by);
    LogEvent.requireReason(reason);
    if (!log.openings().has(EntryType.PASSKEY)) {
      throw new IllegalArgumentException(
          "no passkey was ever registered: each start of the server gives a link for the first");
    }
    Recovery recovery = new Recovery(by, reason, at);
    byte[] note = log.attest(RECOVERY, CanonicalJson.encode(recovery.tree()));
    var unused =
        log.append(
            EntryType.OPERATOR,
            INSTALLATION,
            CanonicalJson.encode(Map.of(RECOVERY, recovery.tree(), ATTESTED, text(note))));
    return recovery;
  }

  private Map<String, Object> tree() {
    return Map.of("format", FORMAT, "by", by, "reason", reason, "at", at.toString());
  }

  /** Its members, for the API. */
  Map<String, Object> item() {
    return Map.of("by", by, "reason", reason, "at", at.toString());
  }

  /**
   * Reads an entry of one.
   *
   * @param attestation whether the log's keys said something, by a note
   * @throws Problem if they did not say this
   */
  static Recovery of(JsonNode entry, Attestation attestation) {
    JsonNode tree = entry.path(RECOVERY);
    Recovery recovery =
        new Recovery(
            tree.path("by").asString(""),
            tree.path("reason").asString(""),
            Instant.parse(tree.path("at").asString("")));
    byte[] statement = CanonicalJson.encode(recovery.tree());
    if (!attestation.isBy(RECOVERY, statement, note(entry))) {
      throw new Problem(403, "not-attested", "The log's keys did not sign it.");
    }
    return recovery;
  }

  /** Whether the log's keys said something. */
  @FunctionalInterface
  interface Attestation {
    boolean isBy(String purpose, byte[] statement, byte[] note);
  }

  /** Who vouches for the passkey that is registered after a recovery, which this entry is. */
  static Map<String, Object> vouching(Digest entry, Registration registration, Ledger log) {
    byte[] note = log.attest(REGISTRATION, statement(entry, registration));
    return Map.of(RECOVERY, entry.toString(), ATTESTED, text(note));
  }

  /** Whether {@code by} vouches for this registration, after the recovery of this entry. */
  static boolean vouches(
      JsonNode by, Digest entry, Registration registration, Attestation attestation) {
    return by.path(RECOVERY).asString("").equals(entry.toString())
        && attestation.isBy(REGISTRATION, statement(entry, registration), note(by));
  }

  private static byte[] statement(Digest entry, Registration registration) {
    return CanonicalJson.encode(
        Map.of("recovery", entry.toString(), "registration", registration.tree()));
  }

  private static byte[] note(JsonNode tree) {
    return tree.path(ATTESTED).asString("").getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] note) {
    return new String(note, StandardCharsets.UTF_8);
  }
}

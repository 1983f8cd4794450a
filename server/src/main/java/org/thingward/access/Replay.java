package org.thingward.access;

import java.time.DateTimeException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Openings;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import org.thingward.verify.log.EntryType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads from the log at start which passkeys and operators there are. Each entry is checked with
 * what those before it say: a passkey with who vouches for it, a change with the roles that its
 * signer held then (rule O2). What fails does not count, though it is in the log; what is missing
 * may have withdrawn anybody, so then nobody counts.
 */
final class Replay {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  private final Passkeys passkeys;
  private final Operators operators;
  private final RelyingParty party;

  Replay(Passkeys passkeys, Operators operators, RelyingParty party) {
    this.passkeys = passkeys;
    this.operators = operators;
    this.party = party;
  }

  /**
   * Reads all of it.
   *
   * @throws org.thingward.platform.SettingsRefused if a passkey is bound to another name than the
   *     console has now
   */
  void run(Openings log) {
    passkeys.wereRegistered(log.has(EntryType.PASSKEY));
    boolean isFirst = true;
    for (Openings.Placed entry : log.all(Set.of(EntryType.PASSKEY, EntryType.OPERATOR))) {
      if (entry.opened().isEmpty()) {
        missing(Gap.erased(entry.index()));
        continue;
      }
      Openings.Opened opened = entry.opened().get();
      try {
        JsonNode tree = PasskeyRecord.tree(opened);
        Recovery.Attestation attestation =
            (purpose, statement, note) -> log.isAttested(entry.index(), purpose, statement, note);
        if (tree.has(Recovery.RECOVERY)) {
          recovery(entry.index(), opened, tree, attestation);
        } else if (tree.has(SignedChange.SIGNED)) {
          change(entry.index(), opened, tree);
        } else if (tree.path("vouched-by").has(Recovery.RECOVERY)) {
          recovered(tree, opened, attestation);
        } else {
          registration(opened, tree, isFirst);
          isFirst = false;
        }
      } catch (Problem
          | IllegalArgumentException
          | DateTimeException
          | JacksonException unreadable) {
        LOG.error(
            "Entry {}, about operators, does not count: {}",
            entry.index(),
            unreadable.getMessage());
      }
    }
    passkeys.requireBoundTo(party.console());
    for (Openings.Opened entry : log.unseen(EntryType.LOGIN).rest()) {
      passkeys.login(PasskeyRecord.tree(entry));
    }
  }

  private void missing(Gap gap) {
    LOG.error(gap.text());
    operators.history().missing(gap);
  }

  /** What cannot be checked may have ended everybody: so then nobody counts. */
  private void recovery(
      long index, Openings.Opened entry, JsonNode tree, Recovery.Attestation attestation) {
    try {
      Recovery recovery = Recovery.of(tree, attestation);
      operators.recover(recovery, entry.content());
      LOG.warn(
          "Entry {}: every operator ended at {}, ordered on this machine by {}: {}",
          index,
          recovery.at(),
          recovery.by(),
          recovery.reason());
    } catch (Problem | DateTimeException forged) {
      missing(Gap.unsigned(index));
    }
  }

  private void recovered(JsonNode tree, Openings.Opened entry, Recovery.Attestation attestation) {
    Registration registration = Registration.of(tree);
    boolean vouched =
        operators
            .history()
            .recovery()
            .filter(open ->
                Recovery.vouches(tree.path("vouched-by"), open.entry(), registration, attestation))
            .isPresent();
    if (!vouched) {
      throw new Problem(403, "not-attested", "No recovery is open that it is vouched for by.");
    }
    Passkey passkey = registration.passkey(party);
    passkeys.add(passkey);
    operators.first(passkey.operator(), passkey.registered(), entry.content());
  }

  private void registration(Openings.Opened entry, JsonNode tree, boolean isFirst) {
    Optional<Digest> link = Vouching.invitation(tree);
    if (link.isPresent()) {
      var unused = operators.registered(Registration.of(tree), link.get());
      return;
    }
    Optional<Passkey> passkey = Vouching.passkey(entry, passkeys, isFirst, party);
    passkey.ifPresent(passkeys::add);
    if (isFirst && passkey.isPresent()) {
      operators.first(passkey.get().operator(), passkey.get().registered(), entry.content());
    }
  }

  private void change(long index, Openings.Opened entry, JsonNode tree) {
    SignedChange change = SignedChange.of(tree.path(SignedChange.SIGNED));
    Optional<Passkey> signer =
        Vouching.signer(
            tree.path("signed-by"),
            change.by(),
            change.challenge(),
            change.port(),
            passkeys,
            party);
    if (signer.isEmpty()) {
      throw new Problem(403, "not-administrator", "Nobody signed it who might.");
    }
    // Signed in order, and yet what it was signed after is not known: so something is missing.
    if (operators.isAdministrator(change.by()) && !operators.history().has(change.after())) {
      missing(Gap.unconnected(index));
    }
    operators.require(change);
    operators.apply(change, entry.content());
  }
}

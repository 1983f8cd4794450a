package org.thingward.access;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Openings;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/**
 * Reads from the log at start which passkeys and operators there are. Each entry is checked with
 * what those before it say: a passkey with who vouches for it, a change with the roles that its
 * signer held then (rule O2). What fails does not count, though it is in the log.
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
    List<Openings.Opened> registrations = log.unseen(EntryType.PASSKEY).rest();
    if (!registrations.isEmpty()) {
      boolean isFirst = true;
      for (Openings.Opened entry :
          log.since(
              Set.of(EntryType.PASSKEY, EntryType.OPERATOR),
              List.of(registrations.getFirst().receipt()))) {
        read(entry, isFirst);
        isFirst = false;
      }
    }
    passkeys.requireBoundTo(party.console());
    for (Openings.Opened entry : log.unseen(EntryType.LOGIN).rest()) {
      passkeys.login(PasskeyRecord.tree(entry));
    }
  }

  private void read(Openings.Opened entry, boolean isFirst) {
    JsonNode tree = PasskeyRecord.tree(entry);
    if (tree.has(SignedChange.SIGNED)) {
      change(entry, tree);
      return;
    }
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

  private void change(Openings.Opened entry, JsonNode tree) {
    try {
      SignedChange change = SignedChange.of(tree.path(SignedChange.SIGNED));
      Optional<Passkey> signer =
          Vouching.signer(
              tree.path("signed-by"),
              change.by(),
              change.challenge(),
              change.port(),
              passkeys,
              party);
      if (signer.isPresent()) {
        operators.require(change);
        operators.apply(change, entry.content());
        return;
      }
    } catch (Problem | IllegalArgumentException | java.time.DateTimeException refused) {
      LOG.error("Why the following change of an operator does not count: {}", refused.getMessage());
    }
    LOG.error(
        "A change of an operator is in the log, as {}, that nobody made who might: it does not count",
        entry.receipt());
  }
}

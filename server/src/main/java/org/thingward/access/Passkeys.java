package org.thingward.access;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.ledger.Openings;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.SettingsRefused;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/**
 * The passkeys there are, as the log knows them. No table holds them, so none can add one, take one
 * away or set a counter back (rules O1, O2).
 */
final class Passkeys {
  private final Map<String, Passkey> byId = new ConcurrentHashMap<>();
  private final Map<String, Long> counters = new ConcurrentHashMap<>();
  private volatile boolean registered;

  /**
   * Reads them from the log, and checks that each is vouched for by who came before it.
   *
   * @throws SettingsRefused if one is bound to another name than the console has now
   */
  static Passkeys reload(Openings log, RelyingParty party) {
    Passkeys passkeys = new Passkeys();
    passkeys.registered = log.has(EntryType.PASSKEY);
    boolean isFirst = true;
    for (Openings.Opened entry : log.unseen(EntryType.PASSKEY).rest()) {
      Vouching.passkey(entry, passkeys, isFirst, party).ifPresent(passkeys::add);
      isFirst = false;
    }
    passkeys.requireBoundTo(party.console());
    for (Openings.Opened entry : log.unseen(EntryType.LOGIN).rest()) {
      JsonNode tree = PasskeyRecord.tree(entry);
      if (tree.has(PasskeyRecord.LOGIN)) {
        passkeys.used(tree.path("passkey").asString(""), tree.path("counter").asLong(0));
      }
    }
    return passkeys;
  }

  private void requireBoundTo(ConsoleName console) {
    for (Passkey passkey : byId.values()) {
      if (!passkey.console().equals(console)) {
        throw new SettingsRefused(
            "--console-name: passkeys are registered for '%s', and work under that name alone. Set it again."
                .formatted(passkey.console().name()));
      }
    }
  }

  /** Whether one was ever registered, even if the meaning of its entry was erased since. */
  boolean wereRegistered() {
    return registered;
  }

  /** Adds one whose registration is in the log. */
  void add(Passkey passkey) {
    byId.put(passkey.id(), passkey);
    counters.merge(passkey.id(), passkey.firstCounter(), Math::max);
    registered = true;
  }

  /** Notes the counter of a use that is in the log. */
  void used(String id, long counter) {
    counters.merge(id, counter, Math::max);
  }

  Optional<Passkey> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The highest counter that was seen. */
  long counter(Passkey passkey) {
    return counters.getOrDefault(passkey.id(), passkey.firstCounter());
  }

  /** An operator's, oldest first. */
  List<Passkey> of(Subject operator) {
    return byId.values().stream()
        .filter(passkey -> passkey.operator().equals(operator))
        .sorted(Comparator.comparing(Passkey::registered).thenComparing(Passkey::id))
        .toList();
  }
}

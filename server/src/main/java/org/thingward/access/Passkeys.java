package org.thingward.access;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.SettingsRefused;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * The passkeys there are, as the log knows them. No table holds them, so none can add one, take one
 * away or set a counter back (rules O1, O2).
 */
final class Passkeys {
  private final Map<String, Passkey> byId = new ConcurrentHashMap<>();
  private final Map<String, Long> counters = new ConcurrentHashMap<>();
  private final Map<Subject, Instant> logins = new ConcurrentHashMap<>();
  private volatile boolean registered;

  /** Reads an entry of a login, or of the end of a session. */
  void login(JsonNode tree) {
    if (tree.has(PasskeyRecord.LOGIN)) {
      used(tree.path("passkey").asString(""), tree.path("counter").asLong(0));
      loggedIn(
          Subject.operator(tree.path("operator").asString("")),
          Instant.parse(tree.path("at").asString("")));
    }
  }

  /** Notes when an operator logged in. */
  void loggedIn(Subject operator, Instant at) {
    logins.put(operator, at);
  }

  /** When the operator last logged in. */
  Optional<Instant> lastLogin(Subject operator) {
    return Optional.ofNullable(logins.get(operator));
  }

  /**
   * Returns if all are bound to this name.
   *
   * @throws SettingsRefused if one is bound to another
   */
  void requireBoundTo(ConsoleName console) {
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

  /** Whether the log has the registration of one, erased or not. */
  void wereRegistered(boolean any) {
    registered = any;
  }

  /** This one does not count any more. */
  void withdraw(Passkey passkey) {
    byId.remove(passkey.id());
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

  /** How many there are of which algorithm. */
  List<CryptoAsset> inUse() {
    return CryptoAsset.keys(
        "passkeys",
        "prove operators and sign approvals",
        byId.values().stream().map(Passkey::publicKey));
  }

  /** An operator's, oldest first. */
  List<Passkey> of(Subject operator) {
    return byId.values().stream()
        .filter(passkey -> passkey.operator().equals(operator))
        .sorted(Comparator.comparing(Passkey::registered).thenComparing(Passkey::id))
        .toList();
  }
}

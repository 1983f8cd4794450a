package org.thingward.access;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * The invitations that are open, and when one may be followed (rule O6): after a waiting time, by
 * an administrator who is neither who invited nor who was invited.
 */
final class Invitations {
  /** How many are open at most. */
  static final int MOST = 100;

  private final Map<Subject, Invited> byName = new TreeMap<>();

  void clear() {
    byName.clear();
  }

  List<Invited> all() {
    return List.copyOf(byName.values());
  }

  Optional<Invited> find(Subject name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The one whose link has this secret's digest, if it may be used now. */
  Optional<Invited> find(Digest link, Instant now) {
    return byName.values().stream()
        .filter(it -> it.invitation().link().equals(link) && it.isOpen(now))
        .findFirst();
  }

  /**
   * Returns if this name may be invited.
   *
   * @throws Problem 409 if it is already, or too many are
   */
  void requireNone(Subject name, Instant now) {
    // What nobody followed in time is no obstacle.
    byName.values().removeIf(it -> it.registration().isEmpty() && !it.isOpen(now));
    if (byName.containsKey(name)) {
      throw new Problem(
          409, "invited-already", "'" + name.name() + "' is invited already. End that first.");
    }
    if (byName.size() >= MOST) {
      throw new Problem(409, "invitations-full", MOST + " invitations are open, which is all.");
    }
  }

  Invited require(Subject name) {
    return find(name)
        .orElseThrow(
            () -> new Problem(404, "not-invited", "'" + name.name() + "' is not invited."));
  }

  /**
   * Returns what may be activated by this.
   *
   * @param alone whether there is one administrator only: then there is no other to do it
   * @throws Problem 403 if it takes another administrator, 409 if it is too early or not registered
   */
  Invited requireFollowed(
      SignedChange signed, OperatorChange.Activation activation, boolean alone) {
    Invited invited = require(activation.operator());
    if (!invited.registered().equals(Optional.of(activation.registration()))) {
      throw new Problem(
          409, "not-registered", "This is not the passkey that was registered by the link.");
    }
    Instant from = invited.waitsUntil().orElseThrow();
    if (signed.at().isBefore(from)) {
      throw new Problem(409, "waiting", "It waits until " + from + ", so that others can object.");
    }
    if (signed.by().equals(activation.operator()) || (signed.by().equals(invited.by()) && !alone)) {
      throw new Problem(
          403,
          "another-administrator",
          "Neither who invited nor who was invited activates this: another administrator does.");
    }
    return invited;
  }

  void put(Invited invited) {
    byName.put(invited.invitation().operator(), invited);
  }

  void remove(Subject name) {
    byName.remove(name);
  }

  /** Whoever is no administrator any more has invited nobody. */
  void removeBy(Subject inviter) {
    byName.values().removeIf(it -> it.by().equals(inviter));
  }
}

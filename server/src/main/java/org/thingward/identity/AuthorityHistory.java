package org.thingward.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.verify.log.EntryType;

/**
 * Which authority issued when, as the ledger has it. The folder of keys says which one issues; that
 * it may is for the ledger to say, so that nobody goes back to a key that was given up.
 *
 * @param changes oldest first
 */
record AuthorityHistory(List<AuthorityChange> changes) {
  private static final String INSTALLATION = "this installation";

  AuthorityHistory {
    changes = List.copyOf(changes);
  }

  /**
   * What the ledger has.
   *
   * @throws IllegalStateException if the meaning of such an entry is lost: it may be the newest
   */
  static AuthorityHistory of(Ledger ledger) {
    Openings log = ledger.openings();
    List<Openings.Placed> entries = log.all(Set.of(EntryType.AUTHORITY));
    if (entries.stream().anyMatch(placed -> placed.opened().isEmpty())) {
      throw new IllegalStateException(
          "an entry of the ledger about which authority issues cannot be opened: its key is gone. Bring the ledger back from a backup.");
    }
    return new AuthorityHistory(
        entries.stream()
            .map(placed -> AuthorityChange.read(placed, log))
            .flatMap(Optional::stream)
            .toList());
  }

  /** The one that issues. */
  Optional<AuthorityChange.Issuing> newest() {
    return changes.isEmpty() ? Optional.empty() : Optional.of(changes.getLast().to());
  }

  /**
   * As of a start at which {@code current} issues, by its folder. What was never on record is put
   * there now.
   *
   * @throws IllegalStateException if the ledger says that another one issues
   */
  static AuthorityHistory atStart(Ledger ledger, Authority current, Instant now) {
    AuthorityHistory history = of(ledger);
    AuthorityChange.Issuing issues = AuthorityChange.Issuing.of(current);
    Optional<AuthorityChange.Issuing> recorded = history.newest();
    if (recorded.isEmpty()) {
      return history.with(
          new AuthorityChange(
              Optional.empty(), issues, INSTALLATION, "the first that is on record", now),
          ledger);
    }
    if (!recorded.get().equals(issues)) {
      throw new IllegalStateException(
          "%s is to issue, with key %s, and the ledger says that %s does, with key %s. If a rotation was interrupted, repeat it: thingward ca rotate. If not, restore the folder of keys, and ask who changed it."
              .formatted(issues.name(), issues.key(), recorded.get().name(), recorded.get().key()));
    }
    return history;
  }

  /** With a change, which is on record once this returns. */
  AuthorityHistory with(AuthorityChange change, Ledger ledger) {
    var unused = change.append(ledger);
    List<AuthorityChange> all = new ArrayList<>(changes);
    all.add(change);
    return new AuthorityHistory(all);
  }
}

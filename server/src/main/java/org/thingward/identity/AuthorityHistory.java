package org.thingward.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryType;

/**
 * Which authority issued when, as the ledger has it. The folder of keys says which one issues; that
 * it may is for the ledger to say, so that nobody goes back to a key that was given up.
 *
 * @param entries oldest first
 */
record AuthorityHistory(List<Entry> entries) {
  private static final String INSTALLATION = "this installation";

  AuthorityHistory {
    entries = List.copyOf(entries);
  }

  /**
   * A change, and where it is on record.
   *
   * @param receipt of its entry
   */
  record Entry(AuthorityChange change, Receipt receipt) {}

  /** Oldest first. */
  List<AuthorityChange> changes() {
    return entries.stream().map(Entry::change).toList();
  }

  /**
   * What the ledger has.
   *
   * @throws IllegalStateException if the meaning of such an entry is lost: it may be the newest
   */
  static AuthorityHistory of(Ledger ledger) {
    Openings log = ledger.openings();
    List<Openings.Placed> entries = log.all(Set.of(EntryType.AUTHORITY));
    List<Entry> read = new ArrayList<>();
    for (Openings.Placed placed : entries) {
      Openings.Opened opened =
          placed
              .opened()
              .orElseThrow(() ->
                  new IllegalStateException(
                      "an entry of the ledger about which authority issues cannot be opened: its key is gone. Bring the ledger back from a backup."));
      AuthorityChange.read(placed, log)
          .ifPresent(change -> read.add(new Entry(change, opened.receipt())));
    }
    return new AuthorityHistory(read);
  }

  /** The one that issues. */
  Optional<AuthorityChange.Issuing> newest() {
    return entries.isEmpty() ? Optional.empty() : Optional.of(entries.getLast().change().to());
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
    List<Entry> all = new ArrayList<>(entries);
    all.add(new Entry(change, change.append(ledger)));
    return new AuthorityHistory(all);
  }
}

package org.thingward.ledger;

import java.util.List;

/** Entries that wait in the database for a place in the log (rule L3). */
interface Outbox extends AutoCloseable {
  /**
   * A waiting entry.
   *
   * @param id its row
   */
  record Waiting(long id, Entry entry) {}

  /**
   * Makes this process the only one that empties it (rule L5).
   *
   * @throws LedgerInUse if another one does
   */
  void claim();

  /**
   * Adds an entry within the ambient transaction.
   *
   * @param committed runs after the commit
   * @throws IllegalStateException if there is no transaction
   */
  void add(Entry entry, Runnable committed);

  /** The oldest committed entries, at most {@code limit}, in order. */
  List<Waiting> oldest(int limit);

  /** Removes entries that are in the log. */
  void remove(List<Waiting> entries);

  @Override
  void close();

  /** For a ledger without a database. */
  Outbox NONE =
      new Outbox() {
        @Override
        public void claim() {
          // Nothing to claim: the lock file alone guards this ledger.
        }

        @Override
        public void add(Entry entry, Runnable committed) {
          throw new IllegalStateException("this ledger has no database, hence no transactions");
        }

        @Override
        public List<Waiting> oldest(int limit) {
          return List.of();
        }

        @Override
        public void remove(List<Waiting> entries) {
          // Nothing was ever added.
        }

        @Override
        public void close() {
          // Nothing was claimed.
        }
      };
}

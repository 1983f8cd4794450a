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

  /** Hears of the transactions that added entries, before these return to who began them. */
  interface Listener {
    /** All that one transaction added, in order: it is committed. */
    void committed(List<Waiting> entries);

    /** It is not known whether a transaction committed: what it added may be in the database. */
    void unknown();
  }

  /**
   * Makes this process the only one that empties it (rule L5).
   *
   * @throws LedgerInUse if another one does
   */
  void claim();

  /**
   * Adds an entry within the ambient transaction.
   *
   * @param listener is told what becomes of the transaction: the one of its first entry
   * @throws IllegalStateException if there is no transaction
   */
  void add(Entry entry, Listener listener);

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
        public void add(Entry entry, Listener listener) {
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

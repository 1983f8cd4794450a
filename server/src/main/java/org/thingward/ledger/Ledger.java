package org.thingward.ledger;

import java.util.OptionalLong;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * Where everything worth proving is put on record. Three ways in (rule L3); all give the receipt at
 * once, and all end in one order of entries.
 */
public interface Ledger {
  /**
   * Appends through the log's own write-ahead file, without the database. Returns once durable.
   *
   * @param type what kind of record it is
   * @param subject whom it is about: its entries form a chain (rule L2)
   * @param content the canonical form of the record, at most 1 MiB
   * @throws LedgerUnavailable if it could not be made durable
   */
  Receipt append(EntryType type, Subject subject, byte[] content);

  /**
   * As {@link #append}, but returns at once: for denials and cuts, which act first. What storage
   * does not take now is kept in memory, bounded, and written when it does.
   */
  Receipt appendSoon(EntryType type, Subject subject, byte[] content);

  /**
   * Appends as part of the caller's database transaction (the outbox). The entry is in the log if
   * and only if that transaction commits.
   */
  Receipt appendWithTransaction(EntryType type, Subject subject, byte[] content);

  /**
   * A note by which the log's keys say something of their own, for what only who has the server's
   * files may say: see {@link org.thingward.verify.log.LogStatement}.
   *
   * @param purpose a word: a note for one is none for another
   */
  byte[] attest(String purpose, byte[] statement);

  /** The index of the entry with this receipt; empty while it is not yet sequenced. */
  OptionalLong index(Receipt receipt);

  /**
   * What the log knows at this moment, everything committed until now included, whatever a database
   * says (rule L4).
   *
   * @throws LedgerUnavailable if it cannot be brought up to date
   */
  Openings openings();
}

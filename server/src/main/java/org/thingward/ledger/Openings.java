package org.thingward.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryType;

/**
 * What the log itself knows of its entries, for who must not believe a database (rule L4). A view
 * of what was published when it was made.
 */
public interface Openings {
  /**
   * The meaning of an entry, as the log keeps it.
   *
   * @param content the canonical form of its record
   */
  record Opened(Receipt receipt, byte[] content) {}

  /**
   * An entry in its place.
   *
   * @param index its place in the log
   * @param opened what it means; empty once that was erased
   */
  record Placed(long index, Optional<Opened> opened) {}

  /**
   * Whether the log has an entry of this type with this receipt that commits to exactly these
   * bytes. False too if its key was erased.
   *
   * @throws LedgerUnavailable if the ledger's files cannot be read
   */
  boolean confirms(EntryType type, Receipt receipt, byte[] content);

  /**
   * Whether the keys that signed the log when it had its entry {@code index} say this, by this
   * note: {@link Ledger#attest}.
   */
  boolean isAttested(long index, String purpose, byte[] statement, byte[] note);

  /** Whether the log has an entry of this type, erased or not. */
  boolean has(EntryType type);

  /** The content of the entry with this receipt; empty if there is none, or it was erased. */
  Optional<Opened> open(Receipt receipt);

  /** The newest entry of this type; empty if there is none, or it was erased. */
  Optional<Opened> newest(EntryType type);

  /** The newest {@code most} entries of these types, oldest first, without erased ones. */
  List<Opened> newest(Set<EntryType> types, int most);

  /** Entries of these types, oldest first, from the earliest of {@code receipts} on. */
  List<Opened> since(Set<EntryType> types, Collection<Receipt> receipts);

  /** All entries of these types, oldest first, those too whose meaning was erased. */
  List<Placed> all(Set<EntryType> types);

  /** Begins to look for entries of this type of which something else knows nothing. */
  Unseen unseen(EntryType type);

  /** Entries that were not yet pointed out. */
  interface Unseen {
    /** This one is known; a receipt of no entry changes nothing. */
    void seen(Receipt receipt);

    /** All others, oldest first, without those that were erased. */
    List<Opened> rest();
  }
}

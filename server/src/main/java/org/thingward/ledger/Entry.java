package org.thingward.ledger;

import java.time.Instant;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.Leaf;

/**
 * Something to be recorded, before it has a place in the log.
 *
 * @param commitment the commitment to its content under its key
 */
record Entry(
    EntryType type,
    Subject subject,
    Instant time,
    EntryKey key,
    byte[] content,
    Digest commitment) {
  static final int MAX_CONTENT = 1 << 20;

  /** An entry whose commitment is computed here. */
  static Entry of(EntryType type, Subject subject, Instant time, EntryKey key, byte[] content) {
    if (content.length > MAX_CONTENT) {
      throw new IllegalArgumentException(
          "a record of %d bytes is too large for the ledger: at most 1 MiB"
              .formatted(content.length));
    }
    return new Entry(type, subject, time, key, content, key.commitToContent(content));
  }

  Receipt receipt() {
    return new Receipt(commitment);
  }

  /** This entry with its place in the log. */
  Sequenced at(long index, Digest previous) {
    Leaf leaf = new Leaf(type, time, commitment, key.commitToLink(previous));
    return new Sequenced(index, this, previous, leaf.encode(), leaf.hash());
  }

  /**
   * An entry that has its place.
   *
   * @param previous the leaf hash of the subject's entry before it
   * @param leaf the encoded leaf
   * @param hash the leaf's hash
   */
  record Sequenced(long index, Entry entry, Digest previous, byte[] leaf, Digest hash) {}
}

package org.thingward.verify.bundle;

import java.util.List;
import java.util.Optional;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.VerifierKey;

/**
 * Everything that is needed to check one entry and what it rests on: the entries of the decision,
 * its posture, the evidence, policy and reference values.
 *
 * @param checkpoint the signed head that all proofs lead to
 * @param keys the log's keys as it states them; whether they are the right ones, the reader knows
 * @param main the index of the entry that the bundle is about
 * @param entries the entries, that one included; at most 1,000
 * @param attached contents that entries name by digest and that have no entry of their own: a
 *     posture that differs from a recorded one in times only is not logged (rule T10); at most 100
 * @param keyChanges every change of the log's keys up to the checkpoint, oldest first (rule L6)
 */
public record ProofBundle(
    Checkpoint checkpoint,
    List<VerifierKey> keys,
    long main,
    List<BundledEntry> entries,
    List<byte[]> attached,
    List<BundledKeyChange> keyChanges) {
  /** The version of the file, its first member. */
  public static final int FORMAT = 1;

  static final int MAX_ENTRIES = 1_000;
  static final int MAX_ATTACHED = 100;

  /** Checks bounds; throws {@link IllegalArgumentException} saying what is wrong. */
  public ProofBundle {
    keys = List.copyOf(keys);
    entries = List.copyOf(entries);
    attached = attached.stream().map(byte[]::clone).toList();
    keyChanges = List.copyOf(keyChanges);
    if (entries.size() > MAX_ENTRIES || attached.size() > MAX_ATTACHED) {
      throw new IllegalArgumentException("a bundle has at most 1000 entries and 100 attachments");
    }
  }

  /** As the other, of a log that never changed its keys. */
  public ProofBundle(
      Checkpoint checkpoint,
      List<VerifierKey> keys,
      long main,
      List<BundledEntry> entries,
      List<byte[]> attached) {
    this(checkpoint, keys, main, entries, attached, List.of());
  }

  /** The entry that the bundle is about; empty if it is not among the entries. */
  public Optional<BundledEntry> mainEntry() {
    return entries.stream().filter(entry -> entry.index() == main).findFirst();
  }
}

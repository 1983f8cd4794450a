package org.thingward.ledger;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.trust.Digest;
import org.thingward.verify.bundle.BundledEntry;
import org.thingward.verify.bundle.BundledKeyChange;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.OpenedEntry;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.TiledTree;
import org.thingward.verify.log.VerifierKey;

/**
 * The log as it was at one checkpoint, to be read at leisure while it grows. For one thread.
 *
 * <p>What cannot be read is a {@link LedgerUnavailable}.
 */
public final class LogView {
  private final Checkpoint head;
  private final List<VerifierKey> keys;
  private final Optional<Digest> newest;
  private final TiledTree tree;
  private final SealedContents contents;
  private final EntryProofs proofs;

  /**
   * A view of {@code head}.
   *
   * @param keys those that signed it
   * @param newest the leaf hash of the newest entry of the subject whose history may be asked for
   */
  LogView(
      Checkpoint head,
      List<VerifierKey> keys,
      Optional<Digest> newest,
      LogSource source,
      SealedContents contents,
      EntryProofs proofs) {
    this.head = head;
    this.keys = List.copyOf(keys);
    this.newest = newest;
    this.tree = new TiledTree(source, head.size());
    this.contents = contents;
    this.proofs = proofs;
  }

  /** The checkpoint that all proofs lead to. */
  public Checkpoint head() {
    return head;
  }

  /** The keys that signed it. */
  public List<VerifierKey> keys() {
    return keys;
  }

  /** How the log's keys followed each other up to it. */
  public List<BundledKeyChange> keyChanges() {
    return proofs.keyChanges(head);
  }

  /**
   * An index such that its entry is of {@code since} or later and the one before it is not. Times
   * of entries follow each other up to the moment that an entry waits for its place.
   */
  public long firstSince(Instant since) {
    long low = 0;
    long high = head.size();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (leaf(middle).time().isBefore(since)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The entries of the subject that the view was made for, from {@code first} up to but without
   * {@code end}, and the one before {@code first}: each is named by the next one (rule L2). They
   * end earlier at an entry that was erased.
   */
  public SortedSet<Long> history(long first, long end) {
    SortedSet<Long> history = new TreeSet<>();
    Digest wanted = newest.orElse(Leaf.NO_PREVIOUS);
    try {
      for (long index = head.size() - 1; index >= 0 && !wanted.equals(Leaf.NO_PREVIOUS); index--) {
        if (tree.leafHash(index).equals(wanted)) {
          if (index < end) {
            history.add(index);
          }
          Optional<Opening> opening = contents.open(index);
          wanted =
              index < first
                  ? Leaf.NO_PREVIOUS
                  : opening.map(Opening::previous).orElse(Leaf.NO_PREVIOUS);
        }
      }
    } catch (IOException e) {
      throw new LedgerUnavailable("the history of a subject cannot be read: " + e.getMessage(), e);
    }
    return history;
  }

  /** What the entry at {@code index} means; empty if it was erased. */
  public Optional<OpenedEntry> opened(long index) {
    return proofs.opened(index, leaf(index));
  }

  /** The entry at {@code index} with its proof and, unless it was erased, its content. */
  public BundledEntry entry(long index) {
    return proofs.entry(index, tree, head);
  }

  /** The entries just before and just behind a stretch, as far as there are any, unopened. */
  public List<BundledEntry> edges(long first, long end) {
    List<BundledEntry> edges = new ArrayList<>();
    for (long index : new long[] {first - 1, end}) {
      if (0 <= index && index < head.size()) {
        BundledEntry entry = entry(index);
        edges.add(new BundledEntry(entry.leaf(), entry.inclusion(), Optional.empty()));
      }
    }
    return edges;
  }

  private Leaf leaf(long index) {
    try {
      return Leaf.decode(tree.entry(index));
    } catch (IOException | IllegalArgumentException e) {
      throw new LedgerUnavailable("entry %d cannot be read: %s".formatted(index, e), e);
    }
  }
}

package org.thingward.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.Digest;
import org.thingward.verify.bundle.BundledEntry;
import org.thingward.verify.bundle.BundledKeyChange;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.KeyChange;
import org.thingward.verify.log.KeyHistory;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.OpenedEntry;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.ProvedEntry;
import org.thingward.verify.log.TiledTree;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.record.RecordRefused;

/** Proves and opens the entries that are published, against a checkpoint that covers them. */
final class EntryProofs {
  private final LogSource source;
  private final SealedContents contents;

  EntryProofs(Path publicFolder, SealedContents contents) {
    this.source = new LogSource.Directory(publicFolder);
    this.contents = contents;
  }

  /** That the entry is in the log; see {@link TiledLedger#proof}. */
  ProvedEntry proof(long index, Checkpoint head) {
    return proof(index, new TiledTree(source, head.size()), head);
  }

  private static ProvedEntry proof(long index, TiledTree tree, Checkpoint head) {
    try {
      Leaf leaf = Leaf.decode(tree.entry(index));
      ProvedEntry proved = new ProvedEntry(leaf, tree.inclusion(index), head);
      if (!proved.leadsToRoot()) {
        throw new IOException("its tiles no longer lead to the checkpoint: run `thingward verify`");
      }
      return proved;
    } catch (IOException | IllegalArgumentException e) {
      throw new LedgerUnavailable("entry %d cannot be proved: %s".formatted(index, e), e);
    }
  }

  /** The meaning of an entry; see {@link TiledLedger#opening}. */
  Optional<OpenedEntry> opening(long index, Checkpoint head) {
    return opened(index, proof(index, head).leaf());
  }

  Optional<OpenedEntry> opened(long index, Leaf leaf) {
    return openingOf(index, leaf).map(meaning -> new OpenedEntry(index, leaf, meaning));
  }

  private Optional<Opening> openingOf(long index, Leaf leaf) {
    try {
      Optional<Opening> opening = contents.open(index);
      if (opening.isPresent() && !opening.get().opens(leaf)) {
        throw new IOException("its content is not the one that its leaf commits to");
      }
      return opening;
    } catch (IOException e) {
      throw new LedgerUnavailable("entry %d cannot be opened: %s".formatted(index, e), e);
    }
  }

  /**
   * Throws {@link IllegalArgumentException} unless {@code head} continues {@code before}, and the
   * log's keys of that time signed it.
   *
   * @param keys the log's keys at present
   */
  void requireBeginning(Checkpoint before, Checkpoint head, List<VerifierKey> keys)
      throws IOException {
    boolean earlier =
        before.origin().equals(head.origin())
            && before.size() <= head.size()
            && new TiledTree(source, head.size())
                .consistency(before.size())
                .proves(before.root(), head.root());
    List<VerifierKey> then = KeyHistory.of(source).inForceAt(before.size(), keys);
    if (!earlier || !then.stream().allMatch(before::signedBy)) {
      throw new IllegalArgumentException(
          "the checkpoint is no signed beginning of this log: restore the log that it is of");
    }
  }

  /** The entries with their proofs and what they mean, unless erased. */
  List<BundledEntry> entries(Collection<Long> indices, Checkpoint head) {
    TiledTree tree = new TiledTree(source, head.size());
    List<BundledEntry> entries = new ArrayList<>();
    for (long index : indices) {
      entries.add(entry(index, tree, head));
    }
    return entries;
  }

  BundledEntry entry(long index, TiledTree tree, Checkpoint head) {
    ProvedEntry proved = proof(index, tree, head);
    Optional<Opening> opening = openingOf(index, proved.leaf());
    return new BundledEntry(proved.leaf(), proved.inclusion(), opening);
  }

  /** The log at {@code head}; see {@link LogView}. */
  LogView view(Checkpoint head, List<VerifierKey> keys, Optional<Digest> newest) {
    return new LogView(head, keys, newest, source, contents, this);
  }

  /** Every change of keys up to {@code head}, each shown to have happened in its history. */
  List<BundledKeyChange> keyChanges(Checkpoint head) {
    try {
      TiledTree tree = new TiledTree(source, head.size());
      List<BundledKeyChange> changes = new ArrayList<>();
      for (KeyChange change : KeyHistory.of(source).upTo(head.size()).changes()) {
        changes.add(new BundledKeyChange(change, tree.consistency(change.checkpoint().size())));
      }
      return changes;
    } catch (IOException | RecordRefused e) {
      throw new LedgerUnavailable("the history of its keys cannot be read: " + e.getMessage(), e);
    }
  }
}

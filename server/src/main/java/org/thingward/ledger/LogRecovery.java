package org.thingward.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryBundle;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.MerkleTree;
import org.thingward.verify.log.TilePath;
import org.thingward.verify.log.VerifierKey;

/**
 * Finds the state in which a log was left: the tree that its checkpoint describes, and the durable
 * entries behind it that are not yet in public view.
 */
final class LogRecovery {
  private static final Logger log = LoggerFactory.getLogger(LogRecovery.class);
  private static final int MAX_BUNDLE = TilePath.FULL * (2 + Leaf.LENGTH);

  private final Path publicFolder;
  private final LogSource source;
  private final DurableFiles files;
  private final LedgerKeys keys;

  LogRecovery(Path publicFolder, DurableFiles files, LedgerKeys keys) {
    this.publicFolder = publicFolder;
    this.source = new LogSource.Directory(publicFolder);
    this.files = files;
    this.keys = keys;
  }

  /**
   * What was found.
   *
   * @param unpublished durable entries behind the checkpoint
   * @param heads each subject's newest leaf hash, those entries included
   */
  record Found(
      Checkpoint checkpoint,
      GrowingTree tree,
      EntryIndex index,
      List<Entry.Sequenced> unpublished,
      Map<Subject, Digest> heads) {
    long next() {
      return checkpoint.size() + unpublished.size();
    }
  }

  /**
   * Reads everything, and repairs partial tiles that a crash or a person removed.
   *
   * @throws IOException saying what is damaged beyond repair
   */
  Found find(List<Entry.Sequenced> writtenAhead, Map<Subject, Digest> savedHeads)
      throws IOException {
    Checkpoint checkpoint = checkpoint(writtenAhead);
    EntryIndex index = new EntryIndex();
    GrowingTree tree = tree(checkpoint, index);
    List<Entry.Sequenced> unpublished =
        writtenAhead.stream().filter(entry -> entry.index() >= checkpoint.size()).toList();
    requireNoGap(checkpoint, unpublished);
    Map<Subject, Digest> heads = new HashMap<>(savedHeads);
    for (Entry.Sequenced entry : unpublished) {
      index.add(entry.entry().commitment(), entry.index(), entry.entry().type());
      heads.put(entry.entry().subject(), entry.hash());
    }
    return new Found(checkpoint, tree, index, unpublished, heads);
  }

  private Checkpoint checkpoint(List<Entry.Sequenced> writtenAhead) throws IOException {
    try {
      byte[] note = source.read(LogVerifier.CHECKPOINT, Checkpoint.MAX_BYTES);
      Checkpoint checkpoint = Checkpoint.parse(note);
      requireOurs(checkpoint);
      return checkpoint;
    } catch (NoSuchFileException e) {
      requireBeginning(writtenAhead);
      return new Checkpoint(keys.origin(), 0, MerkleTree.EMPTY, List.of());
    } catch (IllegalArgumentException e) {
      throw new IOException(publicFolder.resolve("checkpoint") + ": " + e.getMessage(), e);
    }
  }

  private void requireOurs(Checkpoint checkpoint) throws IOException {
    // A succession that a crash cut short has put the successor's head in place already.
    if (keys.next().filter(next -> next.signed(checkpoint)).isPresent()) {
      return;
    }
    for (VerifierKey key : keys.verifiers()) {
      if (!checkpoint.signedBy(key)) {
        throw new IOException(
            "%s is not signed by this ledger's %s key: it was changed, or the keys were"
                .formatted(publicFolder.resolve("checkpoint"), key.algorithm().standardName()));
      }
    }
  }

  private void requireBeginning(List<Entry.Sequenced> writtenAhead) throws IOException {
    boolean began = Files.exists(publicFolder.resolve("tile"));
    boolean atStart = writtenAhead.isEmpty() ? !began : writtenAhead.getFirst().index() == 0;
    if (!atStart) {
      throw new IOException(
          publicFolder.resolve("checkpoint")
              + " is missing, but the log has entries: restore it from a copy");
    }
  }

  private static void requireNoGap(Checkpoint checkpoint, List<Entry.Sequenced> unpublished)
      throws IOException {
    if (!unpublished.isEmpty() && unpublished.getFirst().index() != checkpoint.size()) {
      throw new IOException(
          "entries %d to %d are neither in the tiles nor in the write-ahead files"
              .formatted(checkpoint.size(), unpublished.getFirst().index() - 1));
    }
  }

  /** Rebuilds the tree from the entries themselves, which also fills the index. */
  private GrowingTree tree(Checkpoint checkpoint, EntryIndex index) throws IOException {
    GrowingTree tree = new GrowingTree();
    Map<String, byte[]> full = new HashMap<>();
    for (long at = 0; at < checkpoint.size(); at += TilePath.FULL) {
      int width = (int) Math.min(TilePath.FULL, checkpoint.size() - at);
      for (byte[] bytes : bundle(at, width)) {
        Leaf leaf = leaf(bytes, tree.size());
        index.add(leaf.content(), tree.size(), leaf.type());
        tree.append(bytes, leaf.hash(), full);
      }
      restoreMissing(full);
      full.clear();
    }
    if (!tree.root().equals(checkpoint.root())) {
      throw new IOException(
          "the entries in %s are not those of its checkpoint; `thingward verify` names the first"
              .formatted(publicFolder));
    }
    tree.edge(full);
    restoreMissing(full);
    return tree;
  }

  private List<byte[]> bundle(long at, int width) throws IOException {
    TilePath path = new TilePath.Entries(at / TilePath.FULL, width);
    try {
      return EntryBundle.decode(source.read(path.path(), MAX_BUNDLE), width);
    } catch (NoSuchFileException e) {
      return beginningOfWhole(path, e);
    } catch (EntryBundle.MalformedBundle e) {
      throw new IOException(publicFolder.resolve(path.path()) + ": " + e.getMessage(), e);
    }
  }

  // A crash may come after the full bundle was written and before its checkpoint was.
  private List<byte[]> beginningOfWhole(TilePath path, NoSuchFileException missing)
      throws IOException {
    try {
      byte[] whole = source.read(path.whole().path(), MAX_BUNDLE);
      return new ArrayList<>(EntryBundle.decode(whole, TilePath.FULL)).subList(0, path.width());
    } catch (NoSuchFileException | EntryBundle.MalformedBundle e) {
      missing.addSuppressed(e);
      throw new IOException(
          publicFolder.resolve(path.path()) + " is missing: restore it from a copy", missing);
    }
  }

  private Leaf leaf(byte[] bytes, long index) throws IOException {
    try {
      return Leaf.decode(bytes);
    } catch (IllegalArgumentException e) {
      throw new IOException("entry " + index + " is no leaf: " + e.getMessage(), e);
    }
  }

  /** Tiles follow from entries: one that is gone is written again. */
  private void restoreMissing(Map<String, byte[]> tiles) throws IOException {
    Map<String, byte[]> missing = new LinkedHashMap<>();
    tiles.forEach((file, bytes) -> {
      if (!Files.exists(publicFolder.resolve(file))) {
        missing.put(file, bytes);
      }
    });
    if (!missing.isEmpty()) {
      log.warn("restoring {} files of the log from its entries", missing.size());
      files.write(missing);
    }
  }
}

package org.thingward.ledger;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.thingward.trust.Digest;
import org.thingward.verify.log.EntryBundle;
import org.thingward.verify.log.MerkleTree;
import org.thingward.verify.log.TilePath;

/**
 * The right edge of the Merkle tree: what is needed to append leaves and to write tiles. Appending
 * collects the files that become full; {@link #edge} gives the partial ones.
 */
final class GrowingTree {
  private final List<List<Digest>> levels;
  private final List<byte[]> bundle;
  private long size;

  /** An empty tree. */
  GrowingTree() {
    this(0, new ArrayList<>(), new ArrayList<>());
  }

  private GrowingTree(long size, List<List<Digest>> levels, List<byte[]> bundle) {
    this.size = size;
    this.levels = levels;
    this.bundle = bundle;
  }

  /**
   * A tree of which only the right edge is known.
   *
   * @param levels the hashes of the partial tile of each level, level 0 first
   * @param bundle the entries of the partial bundle
   */
  static GrowingTree at(long size, List<List<Digest>> levels, List<byte[]> bundle) {
    GrowingTree tree = new GrowingTree(size, new ArrayList<>(), new ArrayList<>(bundle));
    levels.forEach(level -> tree.levels.add(new ArrayList<>(level)));
    return tree;
  }

  /** One that grows on its own from here. */
  GrowingTree copy() {
    return at(size, levels, bundle);
  }

  long size() {
    return size;
  }

  /** Appends a leaf; files that become full are put into {@code files}. */
  void append(byte[] leaf, Digest hash, Map<String, byte[]> files) {
    bundle.add(leaf);
    if (bundle.size() == TilePath.FULL) {
      long index = size / TilePath.FULL;
      files.put(new TilePath.Entries(index, TilePath.FULL).path(), EntryBundle.encode(bundle));
      bundle.clear();
    }
    size++;
    push(0, hash, files);
  }

  private void push(int level, Digest hash, Map<String, byte[]> files) {
    if (level == levels.size()) {
      levels.add(new ArrayList<>());
    }
    List<Digest> tile = levels.get(level);
    tile.add(hash);
    if (tile.size() == TilePath.FULL) {
      long index = (size >>> (8 * (level + 1))) - 1;
      files.put(new TilePath.Hashes(level, index, TilePath.FULL).path(), bytes(tile));
      Digest above = MerkleTree.root(tile);
      tile.clear();
      push(level + 1, above, files);
    }
  }

  /** The partial tiles and the partial bundle of the present size. */
  void edge(Map<String, byte[]> files) {
    if (!bundle.isEmpty()) {
      TilePath path = new TilePath.Entries(size / TilePath.FULL, bundle.size());
      files.put(path.path(), EntryBundle.encode(bundle));
    }
    for (int level = 0; level < levels.size(); level++) {
      List<Digest> tile = levels.get(level);
      if (!tile.isEmpty()) {
        long index = size >>> (8 * (level + 1));
        files.put(new TilePath.Hashes(level, index, tile.size()).path(), bytes(tile));
      }
    }
  }

  /** The root hash of the present size. */
  Digest root() {
    return MerkleTree.rootOfEdges(levels);
  }

  private static byte[] bytes(List<Digest> tile) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(tile.size() * Digest.LENGTH);
    tile.forEach(hash -> out.writeBytes(hash.bytes()));
    return out.toByteArray();
  }
}

package org.thingward.verify.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.trust.Digest;

/**
 * The Merkle tree of a log at one size, read from its tiles as needed. What it gives is as true as
 * the tiles: check proofs against a signed root. Not for use by several threads.
 */
public final class TiledTree {
  private static final int TILE_BITS = 8;

  private final LogSource source;
  private final long size;
  private final Map<TilePath, List<Digest>> tiles = new HashMap<>();
  private final Map<Node, Digest> nodes = new HashMap<>();
  private long lastBundle = -1;
  private List<byte[]> lastEntries = List.of();

  /** A full subtree, by its height and its place among those of that height. */
  private record Node(int height, long index) {}

  /** The tree over the first {@code size} entries. */
  public TiledTree(LogSource source, long size) {
    this.source = source;
    this.size = size;
  }

  /** The root hash. */
  public Digest root() throws IOException {
    return size == 0 ? MerkleTree.EMPTY : range(0, size);
  }

  /** The hash of one leaf. */
  public Digest leafHash(long index) throws IOException {
    return full(0, index);
  }

  /** The encoded entry at {@code index}. */
  public byte[] entry(long index) throws IOException {
    try {
      long bundle = index / TilePath.FULL;
      if (bundle != lastBundle) {
        int width = (int) Math.min(TilePath.FULL, size - bundle * TilePath.FULL);
        byte[] bytes = readAtLeast(new TilePath.Entries(bundle, width), maxBundle());
        lastEntries = EntryBundle.decode(bytes, entriesIn(bytes));
        lastBundle = bundle;
      }
      return lastEntries.get((int) (index % TilePath.FULL));
    } catch (EntryBundle.MalformedBundle | IndexOutOfBoundsException e) {
      throw new IOException("entry " + index + " cannot be read", e);
    }
  }

  /** The proof that the leaf at {@code index} is in this tree. */
  public InclusionProof inclusion(long index) throws IOException {
    List<Digest> path = new ArrayList<>();
    collectInclusion(index, 0, size, path);
    return new InclusionProof(index, size, path);
  }

  /** The proof that this tree continues the one over its first {@code oldSize} entries. */
  public ConsistencyProof consistency(long oldSize) throws IOException {
    List<Digest> path = new ArrayList<>();
    if (oldSize > 0 && oldSize < size) {
      collectConsistency(oldSize, 0, size, true, path);
    }
    return new ConsistencyProof(oldSize, size, path);
  }

  // PATH(m, D[n]) of RFC 6962 §2.1.1.
  private void collectInclusion(long index, long start, long end, List<Digest> path)
      throws IOException {
    if (end - start == 1) {
      return;
    }
    long middle = start + Long.highestOneBit(end - start - 1);
    if (index < middle) {
      collectInclusion(index, start, middle, path);
      path.add(range(middle, end));
    } else {
      collectInclusion(index, middle, end, path);
      path.add(range(start, middle));
    }
  }

  // SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2.
  private void collectConsistency(
      long oldEnd, long start, long end, boolean known, List<Digest> path) throws IOException {
    if (oldEnd == end) {
      if (!known) {
        path.add(range(start, end));
      }
      return;
    }
    long middle = start + Long.highestOneBit(end - start - 1);
    if (oldEnd <= middle) {
      collectConsistency(oldEnd, start, middle, known, path);
      path.add(range(middle, end));
    } else {
      collectConsistency(oldEnd, middle, end, false, path);
      path.add(range(start, middle));
    }
  }

  /** The hash over [start, end), where start is a multiple of the power of two not below. */
  private Digest range(long start, long end) throws IOException {
    long length = end - start;
    if (Long.bitCount(length) == 1) {
      int height = Long.numberOfTrailingZeros(length);
      return full(height, start >>> height);
    }
    long middle = start + Long.highestOneBit(length - 1);
    return MerkleTree.nodeHash(range(start, middle), range(middle, end));
  }

  /** The hash of the {@code index}-th full subtree of this height; computed once. */
  private Digest full(int height, long index) throws IOException {
    if (height % TILE_BITS == 0) {
      List<Digest> tile = tile(height / TILE_BITS, index / TilePath.FULL);
      return tile.get((int) (index % TilePath.FULL));
    }
    Node node = new Node(height, index);
    Digest known = nodes.get(node);
    if (known == null) {
      known = MerkleTree.nodeHash(full(height - 1, 2 * index), full(height - 1, 2 * index + 1));
      nodes.put(node, known);
    }
    return known;
  }

  private List<Digest> tile(int level, long index) throws IOException {
    long inLevel = size >>> (TILE_BITS * level);
    int width = (int) Math.min(TilePath.FULL, inLevel - index * TilePath.FULL);
    TilePath path = new TilePath.Hashes(level, index, width);
    List<Digest> known = tiles.get(path);
    if (known == null) {
      byte[] bytes = readAtLeast(path, TilePath.FULL * Digest.LENGTH);
      if (bytes.length < width * Digest.LENGTH) {
        throw new IOException(path + " is cut short");
      }
      known = hashes(bytes, width);
      tiles.put(path, known);
    }
    return known;
  }

  // A partial tile may be gone once the full one exists (C2SP tlog-tiles, "Partial Tiles").
  private byte[] readAtLeast(TilePath path, int atMost) throws IOException {
    try {
      return source.read(path.path(), atMost);
    } catch (NoSuchFileException e) {
      if (path.width() == TilePath.FULL) {
        throw e;
      }
      return source.read(path.whole().path(), atMost);
    }
  }

  static List<Digest> hashes(byte[] tile, int width) {
    List<Digest> hashes = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      int at = i * Digest.LENGTH;
      hashes.add(Digest.wrap(Arrays.copyOfRange(tile, at, at + Digest.LENGTH)));
    }
    return hashes;
  }

  static int maxBundle() {
    return TilePath.FULL * (2 + Leaf.LENGTH);
  }

  private static int entriesIn(byte[] bundle) {
    return bundle.length / (2 + Leaf.LENGTH);
  }
}

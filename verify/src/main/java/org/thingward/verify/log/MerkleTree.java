package org.thingward.verify.log;

import java.util.ArrayList;
import java.util.List;
import org.thingward.trust.Digest;

/** The hashes of a Merkle tree as RFC 6962 §2.1 defines them, over SHA-256. */
public final class MerkleTree {
  /** The root of a tree without entries. */
  public static final Digest EMPTY = Digest.of();

  private static final byte[] LEAF = {0};
  private static final byte[] NODE = {1};

  private MerkleTree() {}

  /** The hash of an entry. */
  public static Digest leafHash(byte[] entry) {
    return Digest.of(LEAF, entry);
  }

  /** The hash of a node with these children. */
  public static Digest nodeHash(Digest left, Digest right) {
    return Digest.of(NODE, left.bytes(), right.bytes());
  }

  /** The root over leaf hashes (or over the hashes of equally large full subtrees). */
  public static Digest root(List<Digest> hashes) {
    if (hashes.isEmpty()) {
      return EMPTY;
    }
    if (hashes.size() == 1) {
      return hashes.getFirst();
    }
    int split = Integer.highestOneBit(hashes.size() - 1);
    return nodeHash(root(hashes.subList(0, split)), root(hashes.subList(split, hashes.size())));
  }

  /**
   * The root over the right edges of all levels: the perfect subtrees that the tree is made of,
   * folded from the right (RFC 6962 §2.1).
   *
   * @param edges the edge of each level, level 0 first
   */
  public static Digest rootOfEdges(List<List<Digest>> edges) {
    List<Digest> perfect = new ArrayList<>();
    for (List<Digest> edge : edges.reversed()) {
      int from = 0;
      while (from < edge.size()) {
        int length = Integer.highestOneBit(edge.size() - from);
        perfect.add(root(edge.subList(from, from + length)));
        from += length;
      }
    }
    Digest root = perfect.isEmpty() ? EMPTY : perfect.removeLast();
    for (Digest left : perfect.reversed()) {
      root = nodeHash(left, root);
    }
    return root;
  }
}

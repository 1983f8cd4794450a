package org.thingward.verify.log;

import java.util.List;
import org.thingward.trust.Digest;

/**
 * The hashes that lead from one leaf to the root of a tree (RFC 6962 §2.1.1).
 *
 * @param index the leaf's place, from 0
 * @param size the number of leaves of the tree
 * @param path the sibling hashes, lowest first; at most 63
 */
public record InclusionProof(long index, long size, List<Digest> path) {
  static final int MAX_PATH = 63;

  /** Checks bounds; throws {@link IllegalArgumentException} saying what is wrong. */
  public InclusionProof {
    path = List.copyOf(path);
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          "entry %d is not in a log of %d entries".formatted(index, size));
    }
    if (path.size() > MAX_PATH) {
      throw new IllegalArgumentException("an inclusion proof has at most 63 hashes");
    }
  }

  /**
   * Whether a tree of this size with this root holds, at this index, a leaf with this hash (RFC
   * 9162 §2.1.3.2).
   */
  public boolean proves(Digest leafHash, Digest root) {
    long node = index;
    long last = size - 1;
    Digest hash = leafHash;
    for (Digest sibling : path) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = MerkleTree.nodeHash(sibling, hash);
        int skipped = Long.numberOfTrailingZeros(node);
        node >>>= skipped;
        last >>>= skipped;
      } else {
        hash = MerkleTree.nodeHash(hash, sibling);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && hash.equals(root);
  }
}

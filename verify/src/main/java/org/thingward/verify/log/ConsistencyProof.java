package org.thingward.verify.log;

import java.util.List;
import org.thingward.trust.Digest;

/**
 * The hashes that show a tree to be the continuation of a smaller one (RFC 6962 §2.1.2).
 *
 * @param oldSize the number of leaves of the smaller tree
 * @param newSize the number of leaves of the larger tree
 * @param path the hashes, lowest first; at most 63
 */
public record ConsistencyProof(long oldSize, long newSize, List<Digest> path) {
  /** Checks bounds; throws {@link IllegalArgumentException} saying what is wrong. */
  public ConsistencyProof {
    path = List.copyOf(path);
    if (oldSize < 0 || oldSize > newSize) {
      throw new IllegalArgumentException(
          "a log of %d entries cannot continue one of %d".formatted(newSize, oldSize));
    }
    if (path.size() > InclusionProof.MAX_PATH) {
      throw new IllegalArgumentException("a consistency proof has at most 63 hashes");
    }
  }

  /** Whether the tree with {@code newRoot} continues the one with {@code oldRoot}. */
  public boolean proves(Digest oldRoot, Digest newRoot) {
    if (oldSize == newSize) {
      return path.isEmpty() && oldRoot.equals(newRoot);
    }
    if (oldSize == 0) {
      return path.isEmpty() && oldRoot.equals(MerkleTree.EMPTY);
    }
    return climbs(oldRoot, newRoot);
  }

  // RFC 9162 §2.1.4.2: climbs from the last full subtree of the old tree to both roots at once.
  private boolean climbs(Digest oldRoot, Digest newRoot) {
    boolean oldIsFull = Long.bitCount(oldSize) == 1;
    if (path.isEmpty() && !oldIsFull) {
      return false;
    }
    int skipped = Long.numberOfTrailingZeros(oldSize);
    long node = (oldSize - 1) >>> skipped;
    long last = (newSize - 1) >>> skipped;
    Digest oldHash = oldIsFull ? oldRoot : path.getFirst();
    Digest newHash = oldHash;
    for (Digest hash : oldIsFull ? path : path.subList(1, path.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        oldHash = MerkleTree.nodeHash(hash, oldHash);
        newHash = MerkleTree.nodeHash(hash, newHash);
        int even = Long.numberOfTrailingZeros(node);
        node >>>= even;
        last >>>= even;
      } else {
        newHash = MerkleTree.nodeHash(newHash, hash);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
  }
}

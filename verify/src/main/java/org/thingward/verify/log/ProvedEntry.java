package org.thingward.verify.log;

import java.util.List;

/**
 * A leaf with the proof that a signed log holds it.
 *
 * @param leaf what the log shows of the entry
 * @param inclusion the way from the leaf to the root
 * @param checkpoint the signed head with that root
 */
public record ProvedEntry(Leaf leaf, InclusionProof inclusion, Checkpoint checkpoint) {
  /** Whether the proof leads from the leaf to the checkpoint's root. Says nothing of signatures. */
  public boolean leadsToRoot() {
    return inclusion.size() == checkpoint.size()
        && inclusion.proves(leaf.hash(), checkpoint.root());
  }

  /** Whether it does, and all of {@code keys} signed the checkpoint. */
  public boolean provedBy(List<VerifierKey> keys) {
    return !keys.isEmpty() && leadsToRoot() && keys.stream().allMatch(checkpoint::signedBy);
  }
}

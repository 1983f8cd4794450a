package org.thingward.verify.bundle;

import java.util.Optional;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.InclusionProof;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.Opening;

/**
 * An entry of the log, with its proof and, unless it was erased, its meaning.
 *
 * @param leaf what the log shows of it
 * @param inclusion the proof against the bundle's checkpoint
 * @param opening its content; empty if its key was erased
 */
public record BundledEntry(Leaf leaf, InclusionProof inclusion, Optional<Opening> opening) {
  /** Its place in the log. */
  public long index() {
    return inclusion.index();
  }

  /** Why this is not an entry of the log with this head; empty if it is. */
  Optional<String> fault(Checkpoint head) {
    if (inclusion.size() != head.size() || !inclusion.proves(leaf.hash(), head.root())) {
      return Optional.of("#%d is not in the log of this checkpoint".formatted(index()));
    }
    boolean opens = opening.map(meaning -> meaning.opens(leaf)).orElse(true);
    return opens
        ? Optional.empty()
        : Optional.of("#%d: its content is not the one committed to".formatted(index()));
  }
}

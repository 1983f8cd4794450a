package org.thingward.verify.bundle;

import java.util.Optional;
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
}

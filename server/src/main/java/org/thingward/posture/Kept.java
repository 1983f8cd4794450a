package org.thingward.posture;

import java.util.Optional;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Receipt;

/**
 * A piece of evidence in memory.
 *
 * @param evidence the piece
 * @param id its id
 * @param receipt its receipt; empty while it acts but is not yet stored (rule T6)
 */
record Kept(Evidence evidence, Digest id, Optional<Receipt> receipt) {
  static Kept unwritten(Evidence evidence) {
    return new Kept(evidence, evidence.id(), Optional.empty());
  }

  Kept with(Receipt given) {
    return new Kept(evidence, id, Optional.of(given));
  }
}

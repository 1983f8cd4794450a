package org.thingward.posture;

import java.time.Instant;
import java.util.List;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;

/**
 * An appraisal, with all that it was worked out from, so that it is not done again while none of
 * that is another.
 *
 * @param by what it was judged by
 * @param counting the evidence that counted
 * @param posture what came of it
 */
record Appraised(InForce by, List<Evidence> counting, Posture posture) {
  /** Whether another appraisal, at this moment, would differ in its time alone. */
  boolean stands(InForce judge, List<Evidence> evidence, Instant at) {
    return by == judge
        && counting.equals(evidence)
        && !at.isBefore(posture.at())
        && at.isBefore(posture.until());
  }
}

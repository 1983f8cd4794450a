package org.thingward.posture;

import java.time.Instant;
import java.util.Collection;
import org.thingward.platform.Problem;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;

/**
 * What is judged by at this moment.
 *
 * @param policy the policy
 * @param references the reference values
 */
record InForce(Policy policy, ReferenceValues references) {
  /**
   * Returns if the policy is the one that is named.
   *
   * @throws Problem 409 if it is another
   */
  void requirePolicy(Digest named) {
    if (!policy.digest().equals(named)) {
      throw new Problem(
          409,
          "policy-changed",
          "The policy in force is %s by now, not %s. Compare with it, and apply again."
              .formatted(policy.digest(), named));
    }
  }

  Posture appraise(Subject subject, Collection<Evidence> evidence, Instant at) {
    return Appraisal.appraise(policy, references, subject, evidence, at);
  }
}

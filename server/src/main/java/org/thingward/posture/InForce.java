package org.thingward.posture;

import java.time.Instant;
import java.util.Collection;
import org.thingward.trust.Appraisal;
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
  Posture appraise(Subject subject, Collection<Evidence> evidence, Instant at) {
    return Appraisal.appraise(policy, references, subject, evidence, at);
  }
}

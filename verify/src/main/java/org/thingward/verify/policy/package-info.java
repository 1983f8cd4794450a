/**
 * Reads appraisal policies: YAML that a security engineer writes, into {@link
 * org.thingward.trust.Policy}.
 *
 * <p>Way in: {@link org.thingward.verify.policy.PolicyReader}. Every mistake is told with line,
 * column, and what to write instead; up to twenty at once.
 *
 * <p>Never: guess what was meant, or give a policy of which a part was not understood.
 */
package org.thingward.verify.policy;

/**
 * The vocabulary of trust and the pure functions over it: evidence becomes a posture ({@link
 * org.thingward.trust.Appraisal}), a posture and a request become a decision.
 *
 * <p>Way in: {@link org.thingward.trust.Evidence} is what sources state, {@link
 * org.thingward.trust.Posture} is what enforcement points react to, {@link
 * org.thingward.trust.DecisionPoint} is where they ask. The ports through which rooms meet are here
 * too: {@link org.thingward.trust.EvidenceSink}, {@link org.thingward.trust.PostureListener},
 * {@link org.thingward.trust.OperatorGate}.
 *
 * <p>Never: input, output, clocks, randomness, threads, libraries.
 */
package org.thingward.trust;

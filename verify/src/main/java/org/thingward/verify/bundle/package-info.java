/**
 * One file that proves a decision and why it was made, to anyone, offline (rule L7).
 *
 * <p>Way in: {@link org.thingward.verify.bundle.BundleWriter} writes a {@link
 * org.thingward.verify.bundle.ProofBundle}, {@link org.thingward.verify.bundle.BundleReader} reads
 * it back, {@link org.thingward.verify.bundle.BundleVerifier} checks it: signatures, proofs and
 * openings first, then it repeats appraisal and decision.
 *
 * <p>Never: take the bundle's word for anything that can be repeated.
 */
package org.thingward.verify.bundle;

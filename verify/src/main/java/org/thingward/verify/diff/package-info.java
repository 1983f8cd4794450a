/**
 * Compares two policies over their whole domain, offline: where they decide differently, with a
 * case for each place that the real appraisal decides differently.
 *
 * <p>Way in: {@link org.thingward.verify.diff.PolicyDiff}. It is exact because appraisal reads a
 * policy in few places, and a value only by the cell it falls into: what falls into no changed cell
 * and meets no other changed part is appraised and decided by the same reads with the same results.
 * See docs/decisions/0014-a-policy-diff-is-exact.md.
 *
 * <p>Never: claim a difference without a case that shows it, or that there is none while a part of
 * the policy that decisions read has changed.
 */
package org.thingward.verify.diff;

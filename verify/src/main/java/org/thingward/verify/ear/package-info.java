/**
 * EAT attestation results (draft-ietf-rats-ear): a posture in the form that other relying parties
 * read. Way in: {@link org.thingward.verify.ear.SignedEar} for tokens, {@link
 * org.thingward.verify.ear.Ear} for what they say, {@link org.thingward.verify.ear.EarKeys} for the
 * keys that sign them.
 *
 * <p>Never: take a token's own word for how it is signed, or by which key.
 */
@NullMarked
package org.thingward.verify.ear;

import org.jspecify.annotations.NullMarked;

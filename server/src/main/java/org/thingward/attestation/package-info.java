/**
 * Attestation: what a device's hardware says of it, checked and turned into claims. The role of the
 * verifier in RATS (RFC 9334), as far as raw material goes.
 *
 * <p>Way in: {@link org.thingward.attestation.Attestation}, which {@code app} constructs. A device
 * shows the certificate of its TPM's endorsement key and gets a secret that only this TPM can open,
 * so that its attestation key is known to be in it; from then on it quotes PCRs over nonces. What
 * holds is stated as the source {@code attestation}. The parsers are in {@code verify}.
 *
 * <p>Never: compare a measurement with reference values, or judge a device: that is the
 * appraisal's, so that it can be repeated.
 */
package org.thingward.attestation;

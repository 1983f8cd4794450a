/**
 * Attestation: what a device's hardware and software say of it, checked and turned into claims. The
 * role of the verifier in RATS (RFC 9334), as far as raw material goes.
 *
 * <p>Way in: {@link org.thingward.attestation.Attestation}, which {@code app} constructs. A device
 * shows the certificate of its TPM's endorsement key and gets a secret that only this TPM can open,
 * so that its attestation key is known to be in it. Evidence comes over nonces, in several types
 * behind one interface, {@code EvidenceType}: a quote of PCRs ({@code TpmQuote}), or a token of the
 * device's software ({@code SoftwareAttestation}). What holds is stated as the source {@code
 * attestation}. The parsers are in {@code verify}.
 *
 * <p>Never: compare a measurement with reference values, or judge a device: that is the
 * appraisal's, so that it can be repeated.
 */
package org.thingward.attestation;

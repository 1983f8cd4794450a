/**
 * What a TPM 2.0 signs, as anyone can check it: public areas of keys ({@link
 * org.thingward.verify.tpm.TpmPublic}), their attestations ({@link
 * org.thingward.verify.tpm.TpmAttest}: quotes of PCRs and certifications of other keys), signatures
 * ({@link org.thingward.verify.tpm.TpmSignature}) and the values that a quote covers ({@link
 * org.thingward.verify.tpm.PcrValues}). Structures as in TPM 2.0 Library, Part 2.
 *
 * <p>Never: judge what a measurement means, or which keys are a TPM's; read past the end of a
 * structure, or leave bytes behind it.
 */
package org.thingward.verify.tpm;

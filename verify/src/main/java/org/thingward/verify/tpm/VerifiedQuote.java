package org.thingward.verify.tpm;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What a TPM says of its PCRs, authentic and fresh. Whether the key is a TPM's is for an
 * endorsement to show; what the values mean is for an appraisal.
 *
 * @param pcrs the values
 * @param clock the TPM's time
 * @param firmware the version of the TPM's firmware
 */
public record VerifiedQuote(PcrValues pcrs, TpmClock clock, long firmware) {
  private static final int SHORTEST_NONCE = 16;

  /**
   * Verifies a quote.
   *
   * @param key the attestation key
   * @param attest a TPMS_ATTEST
   * @param signature a TPMT_SIGNATURE over it
   * @param values of the PCRs that are quoted, one after the other
   * @param nonce the one that was asked with, 16 bytes or more
   * @throws TpmRefused with the reason, if anything does not hold
   */
  public static VerifiedQuote of(
      TpmPublic key, byte[] attest, byte[] signature, byte[] values, byte[] nonce) {
    return of(key, attest, signature, values, nonce, Signatures.JDK);
  }

  /** As above, its signature verified by {@code signatures}. */
  public static VerifiedQuote of(
      TpmPublic key,
      byte[] attest,
      byte[] signature,
      byte[] values,
      byte[] nonce,
      Signatures signatures) {
    if (nonce.length < SHORTEST_NONCE) {
      throw new TpmRefused("a nonce of %d bytes is no proof of time".formatted(nonce.length));
    }
    requireAttestationKey(key);
    TpmSignature signed = TpmSignature.read(signature);
    signed.requireSchemeOf(key);
    // The signature last: whoever sends what is wrong otherwise does not get us to compute it.
    if (!(TpmAttest.read(attest) instanceof TpmAttest.Quote quote)) {
      throw new TpmRefused("this is no quote");
    }
    if (!MessageDigest.isEqual(HexFormat.of().parseHex(quote.common().nonce()), nonce)) {
      throw new TpmRefused("the quote answers another nonce: it is old, or for someone else");
    }
    PcrValues pcrs = PcrValues.read(quote.pcrs(), values);
    byte[] digest = pcrs.digest(signed.hash(), quote.pcrs());
    if (!MessageDigest.isEqual(HexFormat.of().parseHex(quote.digest()), digest)) {
      throw new TpmRefused("the values of the PCRs are not those that are quoted");
    }
    signed.require(key, attest, signatures);
    return new VerifiedQuote(pcrs, quote.common().clock(), quote.common().firmware());
  }

  /**
   * Requires of a key that it signs only what its TPM says, and never leaves it.
   *
   * @throws TpmRefused if it does not
   */
  public static void requireAttestationKey(TpmPublic key) {
    if (!key.attributes().attests()) {
      throw new TpmRefused("the key also signs what its TPM did not say: not a restricted one");
    }
    if (!key.attributes().staysInTpm()) {
      throw new TpmRefused("the key can leave its TPM, or came from outside");
    }
    if (!key.nameHash().isStrong()) {
      throw new TpmRefused("the key is named by " + key.nameHash().word());
    }
  }
}

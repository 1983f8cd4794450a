package org.thingward.verify.tpm;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * That a key which signs handshakes is in the same TPM as an attestation key, and stays there
 * (TPM2_Certify, Part 3, 18.2). It holds for ever, so that it needs no nonce: the key was made in
 * the TPM and cannot leave it. Whether the attestation key is a TPM's is for an endorsement to
 * show.
 *
 * @param key the key
 * @param clock the TPM's time when it said so
 */
public record VerifiedCertification(TpmPublic key, TpmClock clock) {
  /**
   * Verifies a certification.
   *
   * @param by the attestation key
   * @param key the key that is certified
   * @param attest a TPMS_ATTEST
   * @param signature a TPMT_SIGNATURE over it
   * @throws TpmRefused with the reason, if anything does not hold
   */
  public static VerifiedCertification of(
      TpmPublic by, TpmPublic key, byte[] attest, byte[] signature) {
    VerifiedQuote.requireAttestationKey(by);
    requireResident(key);
    TpmSignature signed = TpmSignature.read(signature);
    signed.requireSchemeOf(by);
    if (!(TpmAttest.read(attest) instanceof TpmAttest.Certification certification)) {
      throw new TpmRefused("this certifies no key");
    }
    if (!MessageDigest.isEqual(HexFormat.of().parseHex(certification.name()), key.name())) {
      throw new TpmRefused("another key is certified than the one that is shown");
    }
    signed.require(by, attest);
    return new VerifiedCertification(key, certification.common().clock());
  }

  /** A key that a device speaks by: made in its TPM, never outside it, and for signing alone. */
  static void requireResident(TpmPublic key) {
    if (!key.attributes().signsAnything()) {
      throw new TpmRefused("the key is none that signs handshakes and nothing else");
    }
    if (!key.attributes().staysInTpm()) {
      throw new TpmRefused("the key can leave its TPM, or came from outside");
    }
    if (!key.nameHash().isStrong()) {
      throw new TpmRefused("the key is named by " + key.nameHash().word());
    }
  }
}

package org.thingward.verify.tpm;

import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.HexFormat;

/**
 * A key that a TPM says is in it, as it says in {@link VerifiedCertification}, but now and for who
 * asked. Whether the key that signs is a TPM's attestation key is for a certificate to show.
 *
 * @param key the key that is certified: made in the TPM, never out of it, and good for a handshake
 */
public record FreshCertification(TpmPublic key) {
  private static final int SHORTEST_NONCE = 16;

  /**
   * Verifies a certification.
   *
   * @param attestation the attestation key
   * @param area the TPMT_PUBLIC of the key that is certified
   * @param attest a TPMS_ATTEST
   * @param signature a TPMT_SIGNATURE over it
   * @param nonce the one that was asked with, 16 bytes or more
   * @throws TpmRefused with the reason, if anything does not hold
   */
  public static FreshCertification of(
      PublicKey attestation, byte[] area, byte[] attest, byte[] signature, byte[] nonce) {
    if (nonce.length < SHORTEST_NONCE) {
      throw new TpmRefused("a nonce of %d bytes is no proof of time".formatted(nonce.length));
    }
    TpmPublic key = TpmPublic.read(area);
    VerifiedCertification.requireResident(key);
    TpmSignature signed = TpmSignature.read(signature);
    if (!(TpmAttest.read(attest) instanceof TpmAttest.Certification certification)) {
      throw new TpmRefused("this is no certification");
    }
    if (!MessageDigest.isEqual(HexFormat.of().parseHex(certification.common().nonce()), nonce)) {
      throw new TpmRefused("the certification answers another nonce: it is old, or for another");
    }
    if (!MessageDigest.isEqual(HexFormat.of().parseHex(certification.name()), key.name())) {
      throw new TpmRefused("the certification is of another key");
    }
    signed.require(attestation, attest);
    return new FreshCertification(key);
  }
}

package org.thingward.identity;

import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;

/**
 * A certificate request (PKCS#10, RFC 2986) whose key is proved and acceptable. Names, attributes
 * and extensions in it are ignored (rule I2), but for what {@link RequestLink} looks at.
 *
 * @param key the public key
 * @param keyDigest the digest of its DER form
 * @param raw the digest of the whole request
 */
record Csr(SubjectPublicKeyInfo key, Digest keyDigest, Digest raw) {
  /** The largest request that is read: an RSA-4096 request with many names is half of it. */
  static final int MAX_BYTES = 8 * 1024;

  /**
   * Reads a DER request strictly.
   *
   * @throws Problem 400 saying what is wrong with it
   */
  static Csr read(byte[] der, NativeCrypto crypto) {
    if (der.length > MAX_BYTES) {
      throw new Problem(
          413, "csr-too-large", "A certificate request has at most " + MAX_BYTES + " bytes.");
    }
    CertificationRequest request = parse(der);
    return proved(
        request.getCertificationRequestInfo().getSubjectPublicKeyInfo(),
        new Proof(
            request.getSignatureAlgorithm().getAlgorithm(),
            encoded(request.getCertificationRequestInfo()),
            request.getSignature().getOctets()),
        Digest.of(der),
        crypto);
  }

  /**
   * What a request shows that it has the private key with.
   *
   * @param algorithm the signature's
   * @param message what it is over
   */
  record Proof(ASN1ObjectIdentifier algorithm, byte[] message, byte[] signature) {}

  /**
   * A request for {@code key}, in whatever form it came.
   *
   * @param raw the digest of the whole request
   * @throws Problem 400 if no device may have such a key, or the proof is none
   */
  static Csr proved(SubjectPublicKeyInfo key, Proof proof, Digest raw, NativeCrypto crypto) {
    DeviceKeyRules.objection(key, crypto.profile())
        .ifPresent(objection -> {
          throw new Problem(400, "csr-key-refused", "The request's key " + objection + ".");
        });
    byte[] publicKey = encoded(key);
    requireProof(proof, publicKey, crypto);
    return new Csr(key, Digest.of(publicKey), raw);
  }

  private static CertificationRequest parse(byte[] der) {
    try {
      CertificationRequest request = CertificationRequest.getInstance(der);
      if (request.getCertificationRequestInfo().getVersion().intValueExact() == 0
          && Arrays.equals(request.getEncoded(ASN1Encoding.DER), der)) {
        return request;
      }
    } catch (IOException | RuntimeException e) {
      // The parser reports malformed input by many kinds of exception; all mean the same here.
      throw malformed();
    }
    throw malformed();
  }

  private static Problem malformed() {
    return new Problem(
        400,
        "csr-malformed",
        "The body is no PKCS#10 request, version 1, in DER without anything after it (RFC 2986)."
            + " Make one with: openssl req -new -key KEY -subj / -outform DER");
  }

  private static void requireProof(Proof proof, byte[] publicKey, NativeCrypto crypto) {
    CsrSignature algorithm =
        CsrSignature.of(proof.algorithm())
            .orElseThrow(() ->
                new Problem(
                    400,
                    "csr-signature-algorithm",
                    "The request is signed by algorithm %s; ML-DSA, ECDSA, Ed25519 and RSA (PKCS#1 1.5)"
                            .formatted(proof.algorithm().getId())
                        + " with SHA-256, SHA-384 or SHA-512 are taken."));
    if (!algorithm.verifies(publicKey, proof.message(), proof.signature(), crypto)) {
      throw new Problem(
          400,
          "csr-signature",
          "The request's signature is not by its own key: it was changed, or signed with another.");
    }
  }

  static byte[] encoded(org.bouncycastle.asn1.ASN1Object object) {
    try {
      return object.getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("what was just read has no encoding", e);
    }
  }
}

package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A signature algorithm that a certificate request may prove its key with.
 *
 * @param keyType the JCA name of its keys
 * @param jcaName its own JCA name
 */
record CsrSignature(String keyType, String jcaName) {
  private static final Map<ASN1ObjectIdentifier, CsrSignature> ACCEPTED =
      Map.of(
          // By its own name each, so that a key of another size is none of this algorithm's.
          NISTObjectIdentifiers.id_ml_dsa_44, new CsrSignature("ML-DSA-44", "ML-DSA-44"),
          NISTObjectIdentifiers.id_ml_dsa_65, new CsrSignature("ML-DSA-65", "ML-DSA-65"),
          NISTObjectIdentifiers.id_ml_dsa_87, new CsrSignature("ML-DSA-87", "ML-DSA-87"),
          X9ObjectIdentifiers.ecdsa_with_SHA256, new CsrSignature("EC", "SHA256withECDSA"),
          X9ObjectIdentifiers.ecdsa_with_SHA384, new CsrSignature("EC", "SHA384withECDSA"),
          X9ObjectIdentifiers.ecdsa_with_SHA512, new CsrSignature("EC", "SHA512withECDSA"),
          EdECObjectIdentifiers.id_Ed25519, new CsrSignature("Ed25519", "Ed25519"),
          PKCSObjectIdentifiers.sha256WithRSAEncryption, new CsrSignature("RSA", "SHA256withRSA"),
          PKCSObjectIdentifiers.sha384WithRSAEncryption, new CsrSignature("RSA", "SHA384withRSA"),
          PKCSObjectIdentifiers.sha512WithRSAEncryption, new CsrSignature("RSA", "SHA512withRSA"));

  /** The algorithm with this identifier; empty if requests may not use it. */
  static Optional<CsrSignature> of(ASN1ObjectIdentifier algorithm) {
    return Optional.ofNullable(ACCEPTED.get(algorithm));
  }

  /** Whether {@code signature} over {@code message} was made with the key of this public key. */
  boolean verifies(byte[] publicKey, byte[] message, byte[] signature, NativeCrypto crypto) {
    try {
      PublicKey key = crypto.keyFactory(keyType).generatePublic(new X509EncodedKeySpec(publicKey));
      Signature verification = crypto.signature(jcaName);
      verification.initVerify(key);
      verification.update(message);
      return verification.verify(signature);
    } catch (GeneralSecurityException e) {
      // A key of another type, or bytes that are no signature: not proved, whatever the reason.
      return false;
    }
  }
}

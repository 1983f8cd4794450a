package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

/** The algorithms that requests over ACME may be signed by (RFC 7518 §3.1, RFC 8037 §3.1). */
enum AcmeAlgorithm {
  ES256("ES256", "EC", "SHA256withECDSAinP1363Format", 64),
  ES384("ES384", "EC", "SHA384withECDSAinP1363Format", 96),
  EDDSA("EdDSA", "Ed25519", "Ed25519", 64),
  RS256("RS256", "RSA", "SHA256withRSA", 0);

  private final String word;
  private final String keyType;
  private final String jcaName;
  private final int signatureBytes;

  AcmeAlgorithm(String word, String keyType, String jcaName, int signatureBytes) {
    this.word = word;
    this.keyType = keyType;
    this.jcaName = jcaName;
    this.signatureBytes = signatureBytes;
  }

  static Optional<AcmeAlgorithm> ofWord(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  /** Its name in the header of a signature. */
  String word() {
    return word;
  }

  /** How long its signatures are; 0 where that depends on the key. */
  int signatureBytes() {
    return signatureBytes;
  }

  /** Whether {@code signature} over {@code message} was made by the key of this public key. */
  boolean verifies(AcmeKey key, byte[] message, byte[] signature) {
    if (signatureBytes > 0 && signature.length != signatureBytes) {
      return false;
    }
    try {
      Signature verification = Signature.getInstance(jcaName);
      verification.initVerify(
          KeyFactory.getInstance(keyType).generatePublic(new X509EncodedKeySpec(key.der())));
      verification.update(message);
      return verification.verify(signature);
    } catch (GeneralSecurityException e) {
      // Bytes that are no signature of this kind of key: not signed, whatever the reason.
      return false;
    }
  }
}

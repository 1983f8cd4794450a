package org.thingward.platform;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What algorithms are called where they are stored beside keys and signatures, and told of. One
 * name is never used for another algorithm; what has no name here goes by its object identifier.
 */
public final class AlgorithmName {
  private static final Map<ASN1ObjectIdentifier, String> CURVES =
      Map.of(
          SECObjectIdentifiers.secp256r1, "ECDSA P-256",
          SECObjectIdentifiers.secp384r1, "ECDSA P-384",
          SECObjectIdentifiers.secp521r1, "ECDSA P-521");

  /** Algorithms whose keys and signatures go by one identifier (RFC 8410, RFC 9881). */
  private static final Map<ASN1ObjectIdentifier, String> WHOLE =
      Map.of(
          EdECObjectIdentifiers.id_Ed25519, "Ed25519",
          EdECObjectIdentifiers.id_Ed448, "Ed448",
          NISTObjectIdentifiers.id_ml_dsa_44, "ML-DSA-44",
          NISTObjectIdentifiers.id_ml_dsa_65, "ML-DSA-65",
          NISTObjectIdentifiers.id_ml_dsa_87, "ML-DSA-87");

  private static final Map<ASN1ObjectIdentifier, String> SIGNATURES =
      Map.of(
          X9ObjectIdentifiers.ecdsa_with_SHA256, "ECDSA with SHA-256",
          X9ObjectIdentifiers.ecdsa_with_SHA384, "ECDSA with SHA-384",
          X9ObjectIdentifiers.ecdsa_with_SHA512, "ECDSA with SHA-512",
          PKCSObjectIdentifiers.sha1WithRSAEncryption, "RSA with SHA-1",
          PKCSObjectIdentifiers.sha256WithRSAEncryption, "RSA with SHA-256",
          PKCSObjectIdentifiers.sha384WithRSAEncryption, "RSA with SHA-384",
          PKCSObjectIdentifiers.sha512WithRSAEncryption, "RSA with SHA-512",
          PKCSObjectIdentifiers.id_RSASSA_PSS, "RSA-PSS");

  private AlgorithmName() {}

  /** A public key's, with what says how strong it is, e.g. {@code RSA-2048}. */
  public static String ofKey(PublicKey key) {
    return ofKey(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
  }

  /** As {@link #ofKey(PublicKey)}, of a key that is only carried here. */
  public static String ofKey(SubjectPublicKeyInfo key) {
    AlgorithmIdentifier identifier = key.getAlgorithm();
    ASN1ObjectIdentifier type = identifier.getAlgorithm();
    if (type.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return identifier.getParameters() instanceof ASN1ObjectIdentifier curve
          ? CURVES.getOrDefault(curve, "EC " + curve.getId())
          : "EC of a curve without a name";
    }
    if (type.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return "RSA-" + bits(key);
    }
    return WHOLE.getOrDefault(type, type.getId());
  }

  private static int bits(SubjectPublicKeyInfo rsa) {
    try {
      return RSAPublicKey.getInstance(rsa.parsePublicKey()).getModulus().bitLength();
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException("the RSA key is malformed", e);
    }
  }

  /** That of the signature on a certificate. */
  public static String ofSignature(X509Certificate certificate) {
    return ofSignature(new ASN1ObjectIdentifier(certificate.getSigAlgOID()));
  }

  /** That which goes by this identifier in a certificate (RFC 5280 §4.1.1.2). */
  public static String ofSignature(ASN1ObjectIdentifier identifier) {
    return SIGNATURES.getOrDefault(identifier, WHOLE.getOrDefault(identifier, identifier.getId()));
  }
}

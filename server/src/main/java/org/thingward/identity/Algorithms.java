package org.thingward.identity;

import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.platform.AlgorithmName;

/**
 * What a certificate rests on; stored beside it, so that what a broken algorithm takes along is
 * found without reading every certificate.
 *
 * @param key the algorithm of the certified key, as {@link AlgorithmName} has it
 * @param signature that of the authority's signature
 */
record Algorithms(String key, String signature) {
  static Algorithms of(SubjectPublicKeyInfo key, SignatureScheme scheme) {
    return new Algorithms(
        AlgorithmName.ofKey(key), AlgorithmName.ofSignature(scheme.identifier().getAlgorithm()));
  }

  static Algorithms of(X509Certificate certificate) {
    return new Algorithms(
        AlgorithmName.ofKey(certificate.getPublicKey()), AlgorithmName.ofSignature(certificate));
  }
}

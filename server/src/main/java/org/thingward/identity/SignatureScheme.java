package org.thingward.identity;

import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** How a key of the authority signs. The word is stored beside every key; never reuse one. */
enum SignatureScheme {
  /** ECDSA over P-256 with SHA-256 (RFC 5480, RFC 5758 §3.2). */
  ECDSA_P256_SHA256(
      "ecdsa-p256-sha256",
      "SHA256withECDSA",
      new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256));

  private final String word;
  private final String jcaName;
  private final AlgorithmIdentifier identifier;

  SignatureScheme(String word, String jcaName, AlgorithmIdentifier identifier) {
    this.word = word;
    this.jcaName = jcaName;
    this.identifier = identifier;
  }

  String word() {
    return word;
  }

  String jcaName() {
    return jcaName;
  }

  /** The identifier inside certificates and revocation lists. */
  AlgorithmIdentifier identifier() {
    return identifier;
  }

  /**
   * The scheme that {@code word} names.
   *
   * @throws IllegalArgumentException if there is none
   */
  static SignatureScheme ofWord(String word) {
    for (SignatureScheme scheme : values()) {
      if (scheme.word.equals(word)) {
        return scheme;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no signature scheme known here");
  }
}

package org.thingward.identity;

import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * A private key that can be used but not read: in a file, in memory, or behind PKCS#11. Safe for
 * many threads.
 */
interface SigningKey {
  SignatureScheme scheme();

  SubjectPublicKeyInfo publicKey();

  /** The signature over {@code message}, in the form that X.509 wants. */
  byte[] sign(byte[] message);
}

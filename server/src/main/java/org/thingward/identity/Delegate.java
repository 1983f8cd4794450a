package org.thingward.identity;

import java.security.cert.X509Certificate;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * A key that signs answers in the authority's place, so that the authority's own key signs
 * certificates and lists alone.
 *
 * @param key the key, in memory
 * @param certificate by which the authority delegates to it
 * @param holder the same, as the library that writes answers takes it
 */
record Delegate(SigningKey key, X509Certificate certificate, X509CertificateHolder holder) {
  Delegate(SigningKey key, X509Certificate certificate) {
    this(key, certificate, OcspAnswer.holder(certificate));
  }
}

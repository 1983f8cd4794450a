package org.thingward.identity;

import org.bouncycastle.cert.X509CertificateHolder;

/**
 * An authority whose certificates OCSP is answered about, and what signs these answers.
 *
 * @param name its name in the store
 * @param issuer its certificate
 * @param delegate the key that signs
 */
record OcspAuthority(String name, X509CertificateHolder issuer, Renewed<Delegate> delegate) {
  static OcspAuthority of(Authority authority, Renewed<Delegate> delegate) {
    return new OcspAuthority(
        authority.name(), OcspAnswer.holder(authority.certificate()), delegate);
  }
}

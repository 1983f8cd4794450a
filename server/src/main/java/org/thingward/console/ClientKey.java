package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.thingward.trust.Digest;

/** The key that a client proved in the handshake. What its certificate says does not matter. */
final class ClientKey {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private ClientKey() {}

  /** The digest of the public key (SubjectPublicKeyInfo); empty if no certificate was presented. */
  static Optional<Digest> of(HttpServletRequest request) {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0
        ? Optional.of(Digest.of(chain[0].getPublicKey().getEncoded()))
        : Optional.empty();
  }
}

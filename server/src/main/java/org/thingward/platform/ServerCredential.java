package org.thingward.platform;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a listener authenticates itself with.
 *
 * @param key the private key
 * @param chain its certificate first, then the authorities above it; a client's trust anchor may be
 *     left out
 * @param end when the certificate ends
 */
public record ServerCredential(PrivateKey key, List<X509Certificate> chain, Instant end) {
  public ServerCredential {
    chain = List.copyOf(chain);
  }
}

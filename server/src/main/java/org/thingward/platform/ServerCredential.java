package org.thingward.platform;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a listener authenticates itself with.
 *
 * @param key the private key
 * @param chain its certificate first, then the authorities above it; a client's trust anchor may be
 *     left out
 * @param end when the certificate ends
 * @param staple gives an OCSP answer about the certificate that is good now, for clients that ask
 *     (RFC 6066 §8); empty for none. It answers at once
 */
public record ServerCredential(
    PrivateKey key, List<X509Certificate> chain, Instant end, Supplier<byte[]> staple) {
  public ServerCredential {
    chain = List.copyOf(chain);
  }

  /** One that nobody answers for. */
  public ServerCredential(PrivateKey key, List<X509Certificate> chain, Instant end) {
    this(key, chain, end, () -> new byte[0]);
  }
}

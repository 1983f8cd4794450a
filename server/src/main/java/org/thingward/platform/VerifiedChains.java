package org.thingward.platform;

import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.Digest;

/**
 * Client chains that verified, byte for byte, so that their signatures are checked once and not at
 * each connection of their device. Only what does not change is remembered: that these bytes lead
 * to these authorities. From when until when that holds is checked each time, and another list of
 * authorities forgets it. What did not verify is not remembered. Safe for many threads.
 */
final class VerifiedChains {
  /** Some hundred bytes each. */
  private static final int MOST = 32_768;

  private record Verified(
      List<X509Certificate> authorities, ClientChain.Period period, VerifiedChain.Found found) {}

  private final Recent<Digest, Verified> known = new Recent<>(MOST);

  /**
   * The chain, if it leads to one of {@code authorities} and every certificate holds at {@code
   * now}.
   *
   * @throws CertificateException saying what is wrong with it
   */
  VerifiedChain verify(List<X509Certificate> chain, List<X509Certificate> authorities, Instant now)
      throws CertificateException {
    Digest digest = digest(chain);
    Optional<Verified> remembered =
        known
            .find(digest)
            .filter(it -> it.period().holds(now) && it.authorities().equals(authorities));
    if (remembered.isPresent()) {
      return remembered.get().found().of(chain);
    }
    ClientChain.Outcome outcome = new ClientChain(chain).verify(authorities, now);
    known.keep(
        digest, new Verified(List.copyOf(authorities), outcome.period(), outcome.chain().found()));
    return outcome.chain();
  }

  /** DER says where it ends: the bytes of two different chains are never the same. */
  private static Digest digest(List<X509Certificate> chain) throws CertificateEncodingException {
    byte[][] encoded = new byte[chain.size()][];
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = chain.get(i).getEncoded();
    }
    return Digest.of(encoded);
  }
}

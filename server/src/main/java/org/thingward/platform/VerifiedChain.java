package org.thingward.platform;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A client's chain that verified, and what was found by it: so whoever has one need not check a
 * signature again to know whose it is.
 */
public final class VerifiedChain {
  private final X509Certificate endEntity;
  private final X509Certificate authority;
  private final boolean direct;

  /**
   * One that was verified.
   *
   * @param authority the one that it leads to
   * @param direct whether none stands in between
   */
  VerifiedChain(X509Certificate endEntity, X509Certificate authority, boolean direct) {
    this.endEntity = endEntity;
    this.authority = authority;
    this.direct = direct;
  }

  /**
   * Verifies a chain, end entity first.
   *
   * @throws CertificateException saying what is wrong, if it does not lead to one of {@code
   *     authorities}, is not for authenticating clients, or does not hold at {@code now}
   */
  public static VerifiedChain verify(
      List<X509Certificate> chain, List<X509Certificate> authorities, Instant now)
      throws CertificateException {
    return new ClientChain(chain).verify(authorities, now).chain();
  }

  /** The client's own certificate. */
  public X509Certificate endEntity() {
    return endEntity;
  }

  /** Whether it leads to this authority: by key, not by name alone, which any could bear. */
  public boolean isBelow(X509Certificate issuer) {
    return authority.getPublicKey().equals(issuer.getPublicKey())
        && authority.getSubjectX500Principal().equals(issuer.getSubjectX500Principal());
  }

  /** Whether this authority itself issued the client's certificate. */
  public boolean isIssuedBy(X509Certificate issuer) {
    return direct && isBelow(issuer);
  }

  /** What it leads to, to be remembered without the chain. */
  Found found() {
    return new Found(authority, direct);
  }

  /** What was found by a chain of these bytes. */
  record Found(X509Certificate authority, boolean direct) {
    VerifiedChain of(List<X509Certificate> chain) {
      return new VerifiedChain(chain.getFirst(), authority, direct);
    }
  }
}

package org.thingward.platform;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The chain that a client presented, end entity first, checked as RFC 5280 §6 says, and for what we
 * ask beyond it: that it ends in an end entity made to authenticate clients.
 */
record ClientChain(List<X509Certificate> certificates) {
  private static final int MAX_LENGTH = 5;
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_USAGE = "2.5.29.37.0";
  private static final int DIGITAL_SIGNATURE = 0;

  ClientChain {
    certificates = List.copyOf(certificates);
  }

  X509Certificate endEntity() {
    return certificates.getFirst();
  }

  /**
   * What verifying it comes to.
   *
   * @param period when all certificates on the way, the authority's among them, hold
   */
  record Outcome(VerifiedChain chain, Period period) {}

  /** From when until when something holds, both included. */
  record Period(Instant from, Instant until) {
    boolean holds(Instant at) {
      return !at.isBefore(from) && !at.isAfter(until);
    }

    /** What both have in common. */
    private Period and(X509Certificate certificate) {
      Instant begin = certificate.getNotBefore().toInstant();
      Instant end = certificate.getNotAfter().toInstant();
      return new Period(begin.isAfter(from) ? begin : from, end.isBefore(until) ? end : until);
    }
  }

  /**
   * Returns if the chain leads to one of {@code authorities} and every certificate holds at {@code
   * now}.
   *
   * @throws CertificateException saying what is wrong with it
   */
  Outcome verify(List<X509Certificate> authorities, Instant now) throws CertificateException {
    requireEndEntity();
    if (now.isAfter(endEntity().getNotAfter().toInstant())) {
      throw new CertificateExpiredException("it ended at " + endEntity().getNotAfter().toInstant());
    }
    Set<TrustAnchor> anchors =
        authorities.stream()
            .filter(authority -> holds(authority, now))
            .map(authority -> new TrustAnchor(authority, null))
            .collect(Collectors.toSet());
    if (anchors.isEmpty()) {
      throw new CertificateException("no authority is valid at this time");
    }
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      // Revocation is a matter of postures: a revoked device may still ask for what its tier
      // allows.
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPath path =
          CertificateFactory.getInstance("X.509").generateCertPath(belowAnchor(authorities));
      PKIXCertPathValidatorResult result =
          (PKIXCertPathValidatorResult)
              CertPathValidator.getInstance("PKIX").validate(path, parameters);
      X509Certificate anchor = result.getTrustAnchor().getTrustedCert();
      AnchorNames.require(anchor, path.getCertificates());
      boolean direct = path.getCertificates().size() == 1;
      return new Outcome(new VerifiedChain(endEntity(), anchor, direct), period(path, anchor));
    } catch (GeneralSecurityException e) {
      throw new CertificateException(
          "the client certificate does not verify: " + e.getMessage(), e);
    }
  }

  private static Period period(CertPath path, X509Certificate authority) {
    Period period = new Period(Instant.MIN, Instant.MAX).and(authority);
    for (Certificate certificate : path.getCertificates()) {
      period = period.and((X509Certificate) certificate);
    }
    return period;
  }

  private List<X509Certificate> belowAnchor(List<X509Certificate> authorities)
      throws CertificateException {
    List<X509Certificate> below = new ArrayList<>();
    for (X509Certificate certificate : certificates) {
      if (authorities.contains(certificate)) {
        break;
      }
      below.add(certificate);
    }
    if (below.isEmpty()) {
      throw new CertificateException("an authority's certificate is not a client's");
    }
    return below;
  }

  private void requireEndEntity() throws CertificateException {
    if (certificates.isEmpty() || certificates.size() > MAX_LENGTH) {
      throw new CertificateException("a client's chain has 1 to " + MAX_LENGTH + " certificates");
    }
    X509Certificate client = endEntity();
    if (client.getBasicConstraints() >= 0) {
      throw new CertificateException("an authority's certificate is not a client's");
    }
    boolean[] usage = client.getKeyUsage();
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      throw new CertificateException("the client's key is not for signatures");
    }
    requireClientUsage(client);
  }

  private static void requireClientUsage(X509Certificate client) throws CertificateException {
    try {
      List<String> usages = client.getExtendedKeyUsage();
      if (usages == null || (!usages.contains(CLIENT_AUTH) && !usages.contains(ANY_USAGE))) {
        throw new CertificateException("the certificate is not for authenticating clients");
      }
    } catch (CertificateParsingException e) {
      throw new CertificateException("the certificate's key usage cannot be read", e);
    }
  }

  private static boolean holds(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }
}

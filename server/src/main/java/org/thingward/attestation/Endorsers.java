package org.thingward.attestation;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.thingward.platform.AnchorNames;
import org.thingward.platform.CertificateFile;
import org.thingward.platform.Problem;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.StrangersCertificate;

/**
 * Whom this installation believes that a TPM is one: its makers' roots, as files that an operator
 * chose. Without any, no TPM is believed.
 */
public final class Endorsers {
  private static final int LONGEST_CHAIN = 4;
  private static final int LARGEST = 16 << 10;

  private final Set<TrustAnchor> roots;
  private final List<X509Certificate> intermediates;

  private Endorsers(Set<TrustAnchor> roots, List<X509Certificate> intermediates) {
    this.roots = roots;
    this.intermediates = intermediates;
  }

  /** Nobody. */
  public static Endorsers none() {
    return new Endorsers(Set.of(), List.of());
  }

  /**
   * Those of these PEM files: a certificate that is signed by itself is a root, others complete
   * chains.
   *
   * @throws SettingsRefused if a file has none, or none of them is a root
   */
  public static Endorsers read(List<Path> files) {
    Set<TrustAnchor> roots = new LinkedHashSet<>();
    List<X509Certificate> intermediates = new ArrayList<>();
    for (Path file : files) {
      for (X509Certificate certificate : CertificateFile.read("--tpm-ca", file)) {
        if (isOwn(certificate)) {
          roots.add(new TrustAnchor(certificate, null));
        } else {
          intermediates.add(certificate);
        }
      }
    }
    if (roots.isEmpty() && !files.isEmpty()) {
      throw new SettingsRefused(
          "--tpm-ca %s: no certificate in it is signed by itself; give the maker's root"
              .formatted(files.getFirst()));
    }
    return new Endorsers(roots, intermediates);
  }

  private static boolean isOwn(X509Certificate certificate) {
    try {
      certificate.verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * The certificate of an endorsement key, once a chain from it to a root was verified.
   *
   * @param der the certificate
   * @param now when it must be valid
   * @throws Problem 422 if it is none, or nobody whom this installation believes vouches for it
   */
  X509Certificate endorsed(byte[] der, Instant now) {
    X509Certificate certificate = certificate(der);
    List<X509Certificate> chain = chain(certificate);
    if (roots.isEmpty()) {
      throw notEndorsed("this installation believes no maker of TPMs (--tpm-ca)");
    }
    try {
      PKIXParameters parameters = new PKIXParameters(roots);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      PKIXCertPathValidatorResult result =
          (PKIXCertPathValidatorResult)
              CertPathValidator.getInstance("PKIX")
                  .validate(factory.generateCertPath(chain), parameters);
      AnchorNames.require(result.getTrustAnchor().getTrustedCert(), chain);
      return certificate;
    } catch (InvalidAlgorithmParameterException e) {
      throw new IllegalStateException(e);
    } catch (GeneralSecurityException e) {
      throw notEndorsed(String.valueOf(e.getMessage()));
    }
  }

  private static X509Certificate certificate(byte[] der) {
    if (der.length > LARGEST) {
      throw notEndorsed("a certificate of more than %d bytes".formatted(LARGEST));
    }
    try {
      return StrangersCertificate.read(der);
    } catch (CertificateException e) {
      throw notEndorsed("it is no certificate in DER");
    }
  }

  /** From the certificate up as far as this installation knows; a loop ends it. */
  private List<X509Certificate> chain(X509Certificate leaf) {
    List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
    Set<X509Certificate> seen = new HashSet<>(chain);
    X509Certificate last = leaf;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      X509Certificate child = last;
      X509Certificate issuer =
          intermediates.stream()
              .filter(each -> each.getSubjectX500Principal().equals(child.getIssuerX500Principal()))
              .filter(each -> signed(child, each))
              .findFirst()
              .orElse(null);
      if (issuer == null || !seen.add(issuer)) {
        break;
      }
      chain.add(issuer);
      last = issuer;
    }
    return chain;
  }

  private static boolean signed(X509Certificate child, X509Certificate by) {
    try {
      child.verify(by.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Problem notEndorsed(String why) {
    return new Problem(
        422, "not-endorsed", "The endorsement key's certificate is not believed: " + why + ".");
  }
}

package org.thingward.platform;

import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;

/**
 * Which names an authority that the settings name may give, by its own certificate (RFC 5280
 * §4.2.1.10, RFC 5937). The JDK looks at the name constraints of the certificates below an anchor,
 * and not at the anchor's.
 */
public final class AnchorNames {
  private AnchorNames() {}

  /**
   * Returns if the certificates of a path have no name that its anchor may not give.
   *
   * @throws CertificateException naming the one that it may not
   */
  public static void require(X509Certificate anchor, List<? extends Certificate> below)
      throws CertificateException {
    byte[] extension = anchor.getExtensionValue(Extension.nameConstraints.getId());
    if (extension == null) {
      return;
    }
    PKIXNameConstraintValidator allowed = allowed(extension);
    for (Certificate each : below) {
      try {
        require(allowed, (X509Certificate) each);
      } catch (NameConstraintValidatorException | IllegalArgumentException e) {
        throw new CertificateException(
            "the authority '%s' may not give the names in the certificate of '%s'"
                .formatted(
                    anchor.getSubjectX500Principal().getName(),
                    ((X509Certificate) each).getSubjectX500Principal().getName()),
            e);
      }
    }
  }

  private static PKIXNameConstraintValidator allowed(byte[] extension) throws CertificateException {
    try {
      NameConstraints constraints =
          NameConstraints.getInstance(ASN1OctetString.getInstance(extension).getOctets());
      PKIXNameConstraintValidator allowed = new PKIXNameConstraintValidator();
      GeneralSubtree[] permitted = constraints.getPermittedSubtrees();
      if (permitted != null) {
        allowed.intersectPermittedSubtree(permitted);
      }
      GeneralSubtree[] excluded = constraints.getExcludedSubtrees();
      for (int i = 0; excluded != null && i < excluded.length; i++) {
        allowed.addExcludedSubtree(excluded[i]);
      }
      return allowed;
    } catch (RuntimeException e) {
      throw new CertificateException("the authority's name constraints cannot be read", e);
    }
  }

  private static void require(PKIXNameConstraintValidator allowed, X509Certificate certificate)
      throws NameConstraintValidatorException {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    allowed.checkPermittedDN(subject);
    allowed.checkExcludedDN(subject);
    byte[] extension = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
    if (extension == null) {
      return;
    }
    GeneralNames names =
        GeneralNames.getInstance(ASN1OctetString.getInstance(extension).getOctets());
    for (GeneralName name : names.getNames()) {
      allowed.checkPermitted(name);
      allowed.checkExcluded(name);
    }
  }
}

package org.thingward.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.GeneralName;

/** A field of a certificate that can hold a device's id. */
public enum CertificateField {
  /** CN in the subject. */
  COMMON_NAME,
  /** The serialNumber attribute in the subject, as in IEEE 802.1AR §8.6. */
  SERIAL_NUMBER,
  /** A URI among the subject alternative names. */
  SAN_URI,
  /** A DNS name among the subject alternative names. */
  SAN_DNS;

  /** The lower-case, hyphenated word used in configuration. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The field that {@code word} names.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CertificateField ofWord(String word) {
    for (CertificateField field : values()) {
      if (field.word().equals(word)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        "'"
            + word
            + "' is no field of a certificate: common-name, serial-number, san-uri or san-dns");
  }

  /**
   * The field's values in {@code certificate}; none if it lacks the field, or if one is no text.
   */
  List<String> values(X509Certificate certificate) {
    return switch (this) {
      case COMMON_NAME -> attributes(certificate, BCStyle.CN);
      case SERIAL_NUMBER -> attributes(certificate, BCStyle.SERIALNUMBER);
      case SAN_URI -> alternativeNames(certificate, GeneralName.uniformResourceIdentifier);
      case SAN_DNS -> alternativeNames(certificate, GeneralName.dNSName);
    };
  }

  private static List<String> attributes(X509Certificate certificate, ASN1ObjectIdentifier type) {
    try {
      X500Name name = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
      return Arrays.stream(name.getRDNs(type))
          .map(RDN::getFirst)
          .map(attribute -> IETFUtils.valueToString(attribute.getValue()))
          .toList();
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The parser tells by either that a string's bytes are no text, or a name no name.
      return List.of();
    }
  }

  private static List<String> alternativeNames(X509Certificate certificate, int type) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null) {
        return List.of();
      }
      return names.stream()
          .filter(name -> name.get(0) instanceof Integer tag && tag == type)
          .map(name -> String.valueOf(name.get(1)))
          .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}

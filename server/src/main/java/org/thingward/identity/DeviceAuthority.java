package org.thingward.identity;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.thingward.trust.Subject;

/**
 * An authority of the fleet's own whose certificates are admitted, and how they name a device.
 *
 * @param certificates its certificates, each trusted as an anchor
 * @param field the field of a device's certificate that holds the id
 * @param pattern matches the whole field; its first group, or else the whole, is the device id
 */
public record DeviceAuthority(
    List<X509Certificate> certificates, CertificateField field, Pattern pattern) {
  private static final int MAX_FIELD = 256;

  public DeviceAuthority {
    certificates = List.copyOf(certificates);
  }

  /**
   * Reads an authority as it is configured.
   *
   * @param pem the file with its certificates, PEM
   * @param mapping {@code FIELD} or {@code FIELD:PATTERN}, e.g. {@code common-name} or {@code
   *     san-uri:urn:acme:device:(.+)}
   * @throws IllegalArgumentException if the file holds no certificate, there is no such field, or
   *     the pattern is no regular expression
   */
  public static DeviceAuthority read(Path pem, String mapping) {
    int colon = mapping.indexOf(':');
    String field = colon < 0 ? mapping : mapping.substring(0, colon);
    Pattern pattern = Pattern.compile(colon < 0 ? ".*" : mapping.substring(colon + 1));
    return new DeviceAuthority(certificates(pem), CertificateField.ofWord(field), pattern);
  }

  /** The device that this certificate names; empty if it names none, or more than one. */
  Optional<Subject> device(X509Certificate certificate) {
    List<Subject> named =
        field.values(certificate).stream()
            .filter(value -> value.length() <= MAX_FIELD)
            .map(this::subject)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  private Optional<Subject> subject(String value) {
    Matcher matcher = pattern.matcher(value);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String id = matcher.groupCount() > 0 ? matcher.group(1) : value;
    try {
      return Optional.of(Subject.device(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<X509Certificate> certificates(Path pem) {
    byte[] file = SmallFile.read(pem);
    try {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(file))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException | RuntimeException e) {
      // The JDK reports some certificates by whatever went wrong within.
      throw new IllegalArgumentException(pem + " holds no certificate in PEM", e);
    }
    throw new IllegalArgumentException(pem + " holds no certificate in PEM");
  }
}

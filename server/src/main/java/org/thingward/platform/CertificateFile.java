package org.thingward.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** A file of certificates (PEM) that a setting names. */
public final class CertificateFile {
  private CertificateFile() {}

  /**
   * Those in it, one at least.
   *
   * @param flag the setting, e.g. {@code --tpm-ca}
   * @throws SettingsRefused if there is none, or it cannot be read
   */
  public static List<X509Certificate> read(String flag, Path file) {
    List<X509Certificate> all;
    try (InputStream in = Files.newInputStream(file)) {
      all =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
    } catch (IOException | CertificateException | RuntimeException e) {
      // The JDK reports some certificates by whatever went wrong within.
      throw new SettingsRefused("%s %s: %s".formatted(flag, file, e.getMessage()));
    }
    if (all.isEmpty()) {
      throw new SettingsRefused("%s %s: no certificate is in it".formatted(flag, file));
    }
    return all;
  }
}

package org.thingward.operator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads the certificates and keys that the server leaves for its operator. */
public final class Pem {
  private Pem() {}

  /** The certificates of a file, at least one. */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates;
    try {
      certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
    } catch (GeneralSecurityException | RuntimeException e) {
      // The JDK reports some certificates by whatever went wrong within.
      throw new IOException(file + " holds no certificates in PEM: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new IOException(file + " holds no certificates");
    }
    return certificates;
  }

  static PrivateKey key(Path file) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
      JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
      return switch (parser.readObject()) {
        case PrivateKeyInfo pkcs8 -> converter.getPrivateKey(pkcs8);
        case PEMKeyPair sec1 -> converter.getKeyPair(sec1).getPrivate();
        case null, default -> throw new IOException(file + " holds no unencrypted key in PEM");
      };
    } catch (RuntimeException e) {
      // As above, of Bouncy Castle.
      throw new IOException(file + " holds no key in PEM: " + e.getMessage(), e);
    }
  }
}

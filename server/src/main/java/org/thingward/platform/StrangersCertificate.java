package org.thingward.platform;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** Reads a certificate that somebody sent of whom nothing is known. */
public final class StrangersCertificate {
  private StrangersCertificate() {}

  /**
   * The certificate; nothing of it is verified.
   *
   * @param der X.509, DER
   * @throws CertificateException if it is none that can be read
   */
  public static X509Certificate read(byte[] der) throws CertificateException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (RuntimeException e) {
      // The JDK reports some keys, as one of Ed25519 without a byte, by whatever went wrong within.
      throw new CertificateException("it is no certificate that can be read", e);
    }
  }
}

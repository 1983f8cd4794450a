package org.thingward.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * How a certificate is named where its renewal is asked about (RFC 9773 §4.1).
 *
 * @param authority the key identifier of who issued it
 * @param serial its serial number
 */
record AcmeCertificateId(byte[] authority, BigInteger serial) {
  private static final int MOST = 64;

  /** The certificate of ours that {@code text} names; empty if there is none. */
  static Optional<IssuedCertificate> find(String text, IdentityStore store) {
    return parse(text)
        .flatMap(id -> store.ofSerial(id.serial()).filter(found -> id.isIssuerOf(found)));
  }

  private boolean isIssuerOf(IssuedCertificate certificate) {
    try {
      AuthorityKeyIdentifier stated =
          AuthorityKeyIdentifier.fromExtensions(
              new X509CertificateHolder(certificate.der()).getExtensions());
      return Arrays.equals(authority, stated.getKeyIdentifierOctets());
    } catch (IOException e) {
      throw new IllegalStateException("a certificate of ours cannot be read", e);
    }
  }

  /** Reads {@code KEYID.SERIAL}, both in base64url; empty if it is none. */
  static Optional<AcmeCertificateId> parse(String text) {
    int point = text.indexOf('.');
    if (point < 0 || text.length() > 2 * MOST) {
      return Optional.empty();
    }
    try {
      byte[] serial = AcmeBase64.decode("the serial number", text.substring(point + 1));
      byte[] authority = AcmeBase64.decode("the key identifier", text.substring(0, point));
      return serial.length == 0 || serial.length > MOST
          ? Optional.empty()
          : Optional.of(new AcmeCertificateId(authority, new BigInteger(serial)));
    } catch (AcmeRefused e) {
      return Optional.empty();
    }
  }
}

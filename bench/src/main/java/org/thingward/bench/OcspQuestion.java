package org.thingward.bench;

import java.io.IOException;
import java.io.StringReader;
import java.util.Base64;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;

/** Asks whether one certificate is revoked, as openssl does: by SHA-1 names, without a nonce. */
final class OcspQuestion {
  private OcspQuestion() {}

  /**
   * A request in DER.
   *
   * @param enrolled what EST answered: the certificate in PKCS #7, base64
   * @param authority the issuing authority, first in PEM
   */
  static byte[] about(byte[] enrolled, String authority) {
    return about(enrolled, authority, new OCSPReqBuilder());
  }

  /** As above, with a nonce: such a question is looked up and its answer signed each time. */
  static byte[] withNonce(byte[] enrolled, String authority) {
    try {
      Extension nonce =
          new Extension(
              OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
              false,
              new DEROctetString(new byte[16]).getEncoded());
      return about(
          enrolled, authority, new OCSPReqBuilder().setRequestExtensions(new Extensions(nonce)));
    } catch (IOException e) {
      throw new IllegalStateException("no request can be made of it", e);
    }
  }

  private static byte[] about(byte[] enrolled, String authority, OCSPReqBuilder request) {
    try (PEMParser pem = new PEMParser(new StringReader(authority))) {
      X509CertificateHolder issuer = (X509CertificateHolder) pem.readObject();
      DigestCalculator sha1 = new BcDigestCalculatorProvider().get(CertificateID.HASH_SHA1);
      return request
          .addRequest(new CertificateID(sha1, issuer, certificate(enrolled).getSerialNumber()))
          .build()
          .getEncoded();
    } catch (IOException | OCSPException | OperatorCreationException e) {
      throw new IllegalStateException("no request can be made of it", e);
    }
  }

  /** The one certificate in what EST answered. */
  static X509CertificateHolder certificate(byte[] enrolled) {
    try {
      return new CMSSignedData(Base64.getMimeDecoder().decode(enrolled))
          .getCertificates()
          .getMatches(null)
          .iterator()
          .next();
    } catch (CMSException e) {
      throw new IllegalStateException("no certificate was answered", e);
    }
  }
}

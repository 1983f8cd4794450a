package org.thingward.identity;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.Req;

/**
 * What a client asks of certificates' status (RFC 6960 §4.1).
 *
 * @param asked the certificates, one at least
 * @param nonce the nonce extension (RFC 9654), to be echoed as it came
 * @param plain whether it is of the one form in which one certificate can be asked about and
 *     nothing else said (RFC 5019 §2.1)
 */
record OcspRequest(List<CertificateID> asked, Optional<Extension> nonce, boolean plain) {
  static final int MAX_BYTES = 2048;

  private static final int MAX_ASKED = 16;
  private static final int MAX_NONCE = 128;

  /** Reads a request in DER; empty if it is malformed, too long, or asks for too much. */
  static Optional<OcspRequest> read(byte[] der) {
    if (der.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      OCSPReq request = new OCSPReq(der);
      List<CertificateID> asked = Stream.of(request.getRequestList()).map(Req::getCertID).toList();
      Optional<Extension> nonce =
          Optional.ofNullable(request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce));
      boolean whole = Arrays.equals(request.getEncoded(), der);
      boolean understood =
          request.getVersionNumber() == 1
              && !asked.isEmpty()
              && asked.size() <= MAX_ASKED
              && othersAreNotCritical(request)
              && nonce.map(OcspRequest::isSound).orElse(true);
      return whole && understood
          ? Optional.of(new OcspRequest(asked, nonce, isPlain(asked, der)))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      // The parser reports malformed input by many kinds of exception; all mean the same here.
      return Optional.empty();
    }
  }

  private static boolean isPlain(List<CertificateID> asked, byte[] der) throws IOException {
    return asked.size() == 1 && Arrays.equals(plain(asked.getFirst()), der);
  }

  /** The request that asks about this certificate and says nothing else, in DER. */
  static byte[] plain(CertificateID asked) throws IOException {
    var one = new Request(asked.toASN1Primitive(), null);
    var all = new TBSRequest(null, new DERSequence(one), (Extensions) null);
    return new org.bouncycastle.asn1.ocsp.OCSPRequest(all, null).getEncoded(ASN1Encoding.DER);
  }

  private static boolean othersAreNotCritical(OCSPReq request) {
    return request.getCriticalExtensionOIDs().stream()
        .allMatch(OCSPObjectIdentifiers.id_pkix_ocsp_nonce::equals);
  }

  /** RFC 9654 §2.1: an octet string of 1 to 128 bytes. */
  private static boolean isSound(Extension nonce) {
    byte[] value = nonce.getExtnValue().getOctets();
    byte[] inner = ASN1OctetString.getInstance(value).getOctets();
    return inner.length > 0 && inner.length <= MAX_NONCE && isDer(value);
  }

  private static boolean isDer(byte[] value) {
    try {
      return Arrays.equals(ASN1OctetString.getInstance(value).getEncoded(ASN1Encoding.DER), value);
    } catch (IOException e) {
      return false;
    }
  }
}

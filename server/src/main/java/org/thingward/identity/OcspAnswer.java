package org.thingward.identity;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.ResponseBytes;
import org.bouncycastle.asn1.ocsp.ResponseData;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.ocsp.SingleResponse;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;

/** An OCSP answer in the making (RFC 6960 §4.2). */
final class OcspAnswer {
  /** How long an answer may be kept by whom it was given to. */
  static final Duration KEPT = Duration.ofMinutes(5);

  /** It was issued, and nobody revoked it. */
  static final CertStatus GOOD = new CertStatus();

  /** Nobody was ever issued it. */
  static final CertStatus UNKNOWN = new CertStatus(2, DERNull.INSTANCE);

  private final Delegate signer;
  private final ASN1GeneralizedTime from;
  private final ASN1GeneralizedTime until;
  private final ASN1EncodableVector answers = new ASN1EncodableVector();

  /** An answer of this moment, to be signed by {@code signer}. */
  OcspAnswer(Delegate signer, Instant now) {
    this.signer = signer;
    Instant at = now.truncatedTo(ChronoUnit.SECONDS);
    this.from = CertificateForm.generalizedTime(at);
    this.until = CertificateForm.generalizedTime(at.plus(KEPT));
  }

  /** It was revoked then. */
  static CertStatus revoked(Instant at) {
    return new CertStatus(
        new RevokedInfo(
            CertificateForm.generalizedTime(at), CRLReason.lookup(CRLReason.privilegeWithdrawn)));
  }

  /** Adds where a certificate stands. */
  void about(CertificateID asked, CertStatus status) {
    answers.add(
        new SingleResponse(asked.toASN1Primitive(), status, from, until, (Extensions) null));
  }

  /** The answer in DER, with the nonce that was asked for. */
  byte[] signed(Optional<Extension> nonce) throws IOException {
    ResponseData said =
        new ResponseData(
            new ResponderID(signer.holder().getSubject()),
            from,
            new DERSequence(answers),
            nonce.map(Extensions::new).orElse(null));
    BasicOCSPResponse basic =
        new BasicOCSPResponse(
            said,
            signer.key().scheme().identifier(),
            new DERBitString(signer.key().sign(said.getEncoded(ASN1Encoding.DER))),
            new DERSequence(signer.holder().toASN1Structure()));
    ResponseBytes bytes =
        new ResponseBytes(
            OCSPObjectIdentifiers.id_pkix_ocsp_basic,
            new DEROctetString(basic.getEncoded(ASN1Encoding.DER)));
    return new OCSPResponse(new OCSPResponseStatus(OCSPResponseStatus.SUCCESSFUL), bytes)
        .getEncoded(ASN1Encoding.DER);
  }

  static X509CertificateHolder holder(X509Certificate certificate) {
    try {
      return new X509CertificateHolder(Authority.der(certificate));
    } catch (IOException e) {
      throw new IllegalStateException("a certificate of ours cannot be read", e);
    }
  }
}

package org.thingward.identity;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CertOrEncCert;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertResponse;
import org.bouncycastle.asn1.cmp.CertifiedKeyPair;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cmp.ProtectedPart;
import org.bouncycastle.asn1.cmp.RevRepContentBuilder;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/**
 * Answers over CMP, protected as the request was: by the same MAC, or signed by a key that the
 * authority delegates answering to. What cannot be ascribed to anyone is answered signed.
 */
final class CmpAnswers {
  private static final int RANDOM_BYTES = 16;

  private final Authority authority;
  private final Renewed<Delegate> signer;
  private final Time time;
  private final Randomness randomness;

  CmpAnswers(Authority authority, Renewed<Delegate> signer, Time time, Randomness randomness) {
    this.authority = authority;
    this.signer = signer;
    this.time = time;
    this.randomness = randomness;
  }

  /**
   * An answer in DER.
   *
   * @param nonce the senderNonce in it, which a confirmation must answer
   */
  record Answer(byte[] der, byte[] nonce) {}

  /** The certificate that was asked for, in the answer to a request of kind {@code asked}. */
  PKIBody granted(CmpBody.Certify asked, CmpSender sender, IssuedCertificate certificate) {
    var pair = new CertifiedKeyPair(new CertOrEncCert(cmp(certificate.der())));
    var response =
        new CertResponse(
            new org.bouncycastle.asn1.ASN1Integer(asked.requestId()),
            new PKIStatusInfo(PKIStatus.granted),
            pair,
            null);
    // A root is told of where a shared secret vouches for it (RFC 9483 §4.1.1), nowhere else.
    CMPCertificate[] roots =
        sender instanceof CmpSender.Holder && asked.kind() == PKIBody.TYPE_INIT_REQ
            ? new CMPCertificate[] {cmp(Authority.der(authority.chain().getLast()))}
            : null;
    return new PKIBody(
        answerTo(asked.kind()), new CertRepMessage(roots, new CertResponse[] {response}));
  }

  /** That the revocation that was asked for is done. */
  PKIBody revoked() {
    return new PKIBody(
        PKIBody.TYPE_REVOCATION_REP,
        new RevRepContentBuilder().add(new PKIStatusInfo(PKIStatus.granted)).build());
  }

  /** The refusal of a request of this kind, a {@code TYPE_…} of {@link PKIBody}. */
  PKIBody refused(int kind, CmpRefusal refusal) {
    PKIStatusInfo status =
        new PKIStatusInfo(
            PKIStatus.rejection,
            new PKIFreeText(refusal.reason()),
            new PKIFailureInfo(refusal.failure()));
    return switch (kind) {
      case PKIBody.TYPE_INIT_REQ,
          PKIBody.TYPE_CERT_REQ,
          PKIBody.TYPE_KEY_UPDATE_REQ,
          PKIBody.TYPE_P10_CERT_REQ -> {
        int id = kind == PKIBody.TYPE_P10_CERT_REQ ? -1 : 0;
        var response =
            new CertResponse(new org.bouncycastle.asn1.ASN1Integer(BigInteger.valueOf(id)), status);
        yield new PKIBody(answerTo(kind), new CertRepMessage(null, new CertResponse[] {response}));
      }
      case PKIBody.TYPE_REVOCATION_REQ ->
          new PKIBody(PKIBody.TYPE_REVOCATION_REP, new RevRepContentBuilder().add(status).build());
      default -> new PKIBody(PKIBody.TYPE_ERROR, new ErrorMsgContent(status));
    };
  }

  private static int answerTo(int kind) {
    return switch (kind) {
      case PKIBody.TYPE_INIT_REQ -> PKIBody.TYPE_INIT_REP;
      case PKIBody.TYPE_KEY_UPDATE_REQ -> PKIBody.TYPE_KEY_UPDATE_REP;
      default -> PKIBody.TYPE_CERT_REP;
    };
  }

  /**
   * The whole message.
   *
   * @param request what it answers, if that much could be read
   * @param confirmed whether no confirmation is expected, as was asked
   */
  Answer message(Optional<PKIHeader> request, CmpSender sender, PKIBody body, boolean confirmed) {
    byte[] nonce = randomness.bytes(RANDOM_BYTES);
    Delegate delegate = signer.current();
    return switch (sender) {
      case CmpSender.Holder(TokenRecord token, CmpMac theirs, MacSecret secret) -> {
        CmpMac mac = theirs.anew(randomness);
        PKIHeader header =
            header(request, nonce, mac.identifier(), confirmed)
                .setSenderKID(
                    token.id().toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .build();
        byte[] protection = mac.over(secret.bytes(), part(header, body));
        yield answer(header, body, protection, List.of(authority.certificate()), nonce);
      }
      case CmpSender.Certified certified -> signed(request, body, confirmed, delegate, nonce);
      case CmpSender.Anyone anyone -> signed(request, body, confirmed, delegate, nonce);
    };
  }

  private Answer signed(
      Optional<PKIHeader> request,
      PKIBody body,
      boolean confirmed,
      Delegate delegate,
      byte[] nonce) {
    SubjectPublicKeyInfo key = delegate.key().publicKey();
    PKIHeader header =
        header(request, nonce, delegate.key().scheme().identifier(), confirmed)
            .setSenderKID(CertificateForm.identifier(key))
            .build();
    return answer(
        header,
        body,
        delegate.key().sign(part(header, body)),
        List.of(delegate.certificate(), authority.certificate()),
        nonce);
  }

  private PKIHeaderBuilder header(
      Optional<PKIHeader> request,
      byte[] nonce,
      AlgorithmIdentifier protection,
      boolean confirmed) {
    int version = request.map(it -> it.getPvno().intValueExact()).filter(it -> it == 3).orElse(2);
    GeneralName recipient = request.map(PKIHeader::getSender).orElse(PKIHeader.NULL_NAME);
    Date now = Date.from(time.now().truncatedTo(ChronoUnit.SECONDS));
    ASN1GeneralizedTime at = new DERGeneralizedTime(now);
    PKIHeaderBuilder header =
        new PKIHeaderBuilder(version, name(signer.current().certificate()), recipient)
            .setMessageTime(at)
            .setProtectionAlg(protection)
            .setSenderNonce(nonce);
    request
        .map(PKIHeader::getTransactionID)
        .ifPresentOrElse(
            header::setTransactionID,
            () -> header.setTransactionID(randomness.bytes(RANDOM_BYTES)));
    request.map(PKIHeader::getSenderNonce).ifPresent(header::setRecipNonce);
    if (confirmed) {
      header.setGeneralInfo(
          new InfoTypeAndValue(CMPObjectIdentifiers.it_implicitConfirm, DERNull.INSTANCE));
    }
    return header;
  }

  private static byte[] part(PKIHeader header, PKIBody body) {
    return CmpMessage.der(new ProtectedPart(header, body));
  }

  private static Answer answer(
      PKIHeader header,
      PKIBody body,
      byte[] protection,
      List<X509Certificate> certificates,
      byte[] nonce) {
    List<CMPCertificate> extra = new ArrayList<>();
    certificates.forEach(one -> extra.add(cmp(Authority.der(one))));
    PKIMessage message =
        new PKIMessage(
            header, body, new DERBitString(protection), extra.toArray(CMPCertificate[]::new));
    return new Answer(CmpMessage.der(message), nonce);
  }

  static CMPCertificate cmp(byte[] der) {
    return new CMPCertificate(Certificate.getInstance(der));
  }

  private static GeneralName name(X509Certificate certificate) {
    return new GeneralName(
        X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
  }
}

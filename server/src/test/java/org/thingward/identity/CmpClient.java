package org.thingward.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cmp.RevDetails;
import org.bouncycastle.asn1.cmp.RevRepContent;
import org.bouncycastle.asn1.cmp.RevReqContent;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.crmf.CertReqMsg;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;
import org.bouncycastle.cert.crmf.CertificateRequestMessageBuilder;
import org.bouncycastle.cert.crmf.PKMACBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcePKMACValuesCalculator;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcePBMac1CalculatorBuilder;
import tools.jackson.databind.JsonNode;

/** A client over CMP that can lie: its messages are made by the library's own classes. */
final class CmpClient {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final Optional<Installation> here;

  /** What goes into the next message's header beside what must. */
  final List<InfoTypeAndValue> general = new ArrayList<>();

  byte[] transaction = bytes(16);
  byte[] nonce = bytes(16);
  byte[] answered = new byte[0];
  Optional<Date> at = Optional.empty();

  /** One that makes messages and has nobody to send them to. */
  CmpClient() {
    this.here = Optional.empty();
  }

  CmpClient(Installation here) {
    this.here = Optional.of(here);
  }

  /** Begins a new transaction. */
  CmpClient anew() {
    transaction = bytes(16);
    nonce = bytes(16);
    answered = new byte[0];
    return this;
  }

  static KeyPair key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A certificate for this key by itself. */
  static X509Certificate selfSigned(KeyPair pair) throws Exception {
    X500Name name = new X500Name("CN=anyone");
    return Authority.read(
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                new Date(0),
                new Date(4_000_000_000_000L),
                name,
                pair.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
            .getEncoded());
  }

  /** A request for the key of {@code pair}, proved by it. */
  static CertReqMsg request(KeyPair pair) throws Exception {
    return new CertificateRequestMessageBuilder(BigInteger.ZERO)
        .setSubject(new X500Name("CN=anyone"))
        .setPublicKey(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
        .setProofOfPossessionSigningKeySigner(
            new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .build()
        .toASN1Structure();
  }

  static PKIBody certificate(int kind, CertReqMsg... requests) {
    return new PKIBody(kind, new CertReqMessages(requests));
  }

  static PKIBody revocation(X509Certificate certificate) {
    var template =
        new CertTemplateBuilder()
            .setIssuer(X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded()))
            .setSerialNumber(new ASN1Integer(certificate.getSerialNumber()));
    return new PKIBody(
        PKIBody.TYPE_REVOCATION_REQ, new RevReqContent(new RevDetails(template.build())));
  }

  static PKIBody confirmation(byte[] certHash, boolean accepted) {
    PKIStatusInfo status = new PKIStatusInfo(accepted ? PKIStatus.granted : PKIStatus.rejection);
    return new PKIBody(
        PKIBody.TYPE_CERT_CONFIRM,
        CertConfirmContent.getInstance(
            new org.bouncycastle.asn1.DERSequence(
                new CertStatus(certHash, BigInteger.ZERO, status))));
  }

  /** Protected by PBM with so many iterations. */
  byte[] pbm(JsonNode token, PKIBody body, int iterations) throws Exception {
    PKMACBuilder mac =
        new PKMACBuilder(new JcePKMACValuesCalculator().setProvider(new BouncyCastleProvider()))
            .setParameters(
                new PBMParameter(
                    bytes(16),
                    new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
                    iterations,
                    new AlgorithmIdentifier(
                        PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE)));
    return header(new GeneralName(new X500Name("CN=anyone")), body)
        .setSenderKID(
            token
                .path("cmp-reference")
                .asString()
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .build(mac.build(token.path("cmp-secret").asString().toCharArray()))
        .toASN1Structure()
        .getEncoded("DER");
  }

  byte[] pbm(JsonNode token, PKIBody body) throws Exception {
    return pbm(token, body, 500);
  }

  /** Protected by PBMAC1. */
  byte[] pbmac1(JsonNode token, PKIBody body) throws Exception {
    var prf = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
    var calculator =
        new JcePBMac1CalculatorBuilder("HmacSHA256", 256)
            .setProvider(new BouncyCastleProvider())
            .setPrf(prf)
            .setIterationCount(2000)
            .setSalt(bytes(16))
            .build(token.path("cmp-secret").asString().toCharArray());
    return header(new GeneralName(new X500Name("CN=anyone")), body)
        .setSenderKID(
            token
                .path("cmp-reference")
                .asString()
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .build(calculator)
        .toASN1Structure()
        .getEncoded("DER");
  }

  /** Signed by {@code pair}, which says that it is that of {@code certificate}. */
  byte[] signed(X509Certificate certificate, KeyPair pair, PKIBody body) throws Exception {
    X500Name name = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    return header(new GeneralName(name), body)
        .addCMPCertificate(new JcaX509CertificateHolder(certificate))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .toASN1Structure()
        .getEncoded("DER");
  }

  private ProtectedPKIMessageBuilder header(GeneralName sender, PKIBody body) {
    ProtectedPKIMessageBuilder message =
        new ProtectedPKIMessageBuilder(2, sender, new GeneralName(new X500Name("CN=server")))
            .setBody(body)
            .setTransactionID(transaction)
            .setSenderNonce(nonce);
    if (answered.length > 0) {
      message.setRecipNonce(answered);
    }
    at.ifPresent(message::setMessageTime);
    general.forEach(message::addGeneralInfo);
    return message;
  }

  void implicitly() {
    general.add(new InfoTypeAndValue(CMPObjectIdentifiers.it_implicitConfirm, DERNull.INSTANCE));
  }

  /** Sends it, and reads the answer. */
  PKIMessage send(byte[] message) {
    byte[] answer =
        here.orElseThrow()
            .call(
                "POST",
                "/.well-known/cmp",
                Optional.empty(),
                Map.of("content-type", "application/pkixcmp"),
                message)
            .body();
    PKIMessage read = PKIMessage.getInstance(answer);
    answered = read.getHeader().getSenderNonce().getOctets();
    return read;
  }

  /** The certificate that an answer carries. */
  static X509Certificate issued(PKIMessage answer) throws Exception {
    CertRepMessage reply = CertRepMessage.getInstance(answer.getBody().getContent());
    if (reply.getResponse()[0].getCertifiedKeyPair() == null) {
      throw new AssertionError("refused: " + reason(answer));
    }
    return Authority.read(
        reply
            .getResponse()[0]
            .getCertifiedKeyPair()
            .getCertOrEncCert()
            .getCertificate()
            .getEncoded());
  }

  static PKIStatusInfo status(PKIMessage answer) {
    PKIBody body = answer.getBody();
    return switch (body.getType()) {
      case PKIBody.TYPE_ERROR -> ErrorMsgContent.getInstance(body.getContent()).getPKIStatusInfo();
      case PKIBody.TYPE_REVOCATION_REP ->
          RevRepContent.getInstance(body.getContent()).getStatus()[0];
      case PKIBody.TYPE_INIT_REP, PKIBody.TYPE_CERT_REP, PKIBody.TYPE_KEY_UPDATE_REP ->
          CertRepMessage.getInstance(body.getContent()).getResponse()[0].getStatus();
      default -> new PKIStatusInfo(PKIStatus.granted);
    };
  }

  static boolean isRefused(PKIMessage answer) {
    return status(answer).getStatus().intValue() == PKIStatus.REJECTION;
  }

  static String reason(PKIMessage answer) {
    return isRefused(answer) ? status(answer).getStatusString().getStringAtUTF8(0).getString() : "";
  }

  static ProtectedPKIMessage read(PKIMessage answer) {
    return new ProtectedPKIMessage(new org.bouncycastle.cert.cmp.GeneralPKIMessage(answer));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}

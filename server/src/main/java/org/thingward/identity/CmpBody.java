package org.thingward.identity;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.GenMsgContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.RevDetails;
import org.bouncycastle.asn1.cmp.RevReqContent;
import org.bouncycastle.asn1.crmf.AttributeTypeAndValue;
import org.bouncycastle.asn1.crmf.CertId;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.crmf.CertReqMsg;
import org.bouncycastle.asn1.crmf.CertTemplate;
import org.bouncycastle.asn1.crmf.POPOSigningKey;
import org.bouncycastle.asn1.crmf.ProofOfPossession;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;

/** What a message over CMP asks: one thing at a time, as RFC 9483 has it. */
sealed interface CmpBody {
  /**
   * A certificate for a key that is proved.
   *
   * @param kind of the request, a {@code TYPE_…} of {@link PKIBody}
   * @param requestId what the answer calls it: 0, or −1 for PKCS#10
   * @param csr the request; names and extensions in it are ignored (rule I2)
   * @param replaced the certificate that it says to follow, if it names one
   */
  record Certify(int kind, int requestId, Csr csr, Optional<Named> replaced) implements CmpBody {}

  /** That a certificate shall not count any more. */
  record Revoke(Named certificate) implements CmpBody {}

  /**
   * That a certificate came, and whether it is taken.
   *
   * @param certificate its digest
   * @param accepted false if the sender rejects it
   */
  record Confirm(Digest certificate, boolean accepted) implements CmpBody {}

  /** Questions, by what each is about. */
  record Ask(List<ASN1ObjectIdentifier> about) implements CmpBody {}

  /** A certificate by issuer and serial number. */
  record Named(X500Name issuer, BigInteger serial) {}

  /** Most questions in one message. */
  int MOST_QUESTIONS = 8;

  /**
   * Reads the body of a message.
   *
   * @throws CmpRefusal saying what is wrong with it
   * @throws Problem if its key or its proof will not do
   */
  static CmpBody read(PKIBody body, NativeCrypto crypto) {
    try {
      return switch (body.getType()) {
        case PKIBody.TYPE_INIT_REQ, PKIBody.TYPE_CERT_REQ, PKIBody.TYPE_KEY_UPDATE_REQ ->
            certify(
                body.getType(),
                only(CertReqMessages.getInstance(body.getContent()).toCertReqMsgArray()),
                crypto);
        case PKIBody.TYPE_P10_CERT_REQ ->
            new Certify(
                body.getType(),
                -1,
                Csr.read(CmpMessage.der(body.getContent().toASN1Primitive()), crypto),
                Optional.empty());
        case PKIBody.TYPE_REVOCATION_REQ ->
            revoke(only(RevReqContent.getInstance(body.getContent()).toRevDetailsArray()));
        case PKIBody.TYPE_CERT_CONFIRM ->
            confirm(CertConfirmContent.getInstance(body.getContent()));
        case PKIBody.TYPE_GEN_MSG -> ask(GenMsgContent.getInstance(body.getContent()));
        default ->
            throw new CmpRefusal(
                PKIFailureInfo.badRequest,
                "This server answers ir, cr, p10cr, kur, rr, certConf and genm, nothing else.");
      };
    } catch (CmpRefusal | Problem refused) {
      throw refused;
    } catch (RuntimeException e) {
      // Bouncy Castle reports some bodies by whatever went wrong within.
      throw CmpRefusal.malformed("The message's body is malformed.");
    }
  }

  private static Certify certify(int kind, CertReqMsg message, NativeCrypto crypto) {
    CertTemplate template = message.getCertReq().getCertTemplate();
    if (message.getCertReq().getCertReqId().intValueExact() != 0) {
      throw new CmpRefusal(PKIFailureInfo.badDataFormat, "certReqId must be 0 (RFC 9483 §4.1.1).");
    }
    if (template.getPublicKey() == null) {
      throw new CmpRefusal(
          PKIFailureInfo.badCertTemplate,
          "The request carries no public key. This server makes no keys for devices.");
    }
    Csr.Proof proof = proof(message);
    return new Certify(
        kind,
        0,
        Csr.proved(template.getPublicKey(), proof, Digest.of(CmpMessage.der(message)), crypto),
        replaced(message));
  }

  /** Proof by signature over the request itself; what an RA says is worth nothing here. */
  private static Csr.Proof proof(CertReqMsg message) {
    ProofOfPossession proof = message.getPopo();
    if (proof == null || proof.getType() != ProofOfPossession.TYPE_SIGNING_KEY) {
      throw new CmpRefusal(
          PKIFailureInfo.badPOP,
          "The request must be signed by its own key (POPOSigningKey); no other proof is taken.");
    }
    POPOSigningKey signing = POPOSigningKey.getInstance(proof.getObject());
    if (signing.getPoposkInput() != null) {
      throw new CmpRefusal(
          PKIFailureInfo.badPOP, "The proof must be over the request itself, without poposkInput.");
    }
    return new Csr.Proof(
        signing.getAlgorithmIdentifier().getAlgorithm(),
        CmpMessage.der(message.getCertReq()),
        signing.getSignature().getOctets());
  }

  private static Optional<Named> replaced(CertReqMsg message) {
    if (message.getCertReq().getControls() == null) {
      return Optional.empty();
    }
    return Stream.of(message.getCertReq().getControls().toAttributeTypeAndValueArray())
        .filter(control -> CMPObjectIdentifiers.regCtrl_oldCertID.equals(control.getType()))
        .findFirst()
        .map(AttributeTypeAndValue::getValue)
        .map(CertId::getInstance)
        .map(id -> new Named(directoryName(id.getIssuer()), id.getSerialNumber().getValue()));
  }

  private static X500Name directoryName(GeneralName name) {
    if (name.getTagNo() != GeneralName.directoryName) {
      throw new CmpRefusal(
          PKIFailureInfo.badCertId, "A certificate's issuer is named by its directory name.");
    }
    return X500Name.getInstance(name.getName());
  }

  private static Revoke revoke(RevDetails details) {
    CertTemplate certificate = details.getCertDetails();
    if (certificate.getIssuer() == null || certificate.getSerialNumber() == null) {
      throw new CmpRefusal(
          PKIFailureInfo.addInfoNotAvailable,
          "Name the certificate by issuer and serialNumber (RFC 9483 §4.2).");
    }
    return new Revoke(new Named(certificate.getIssuer(), certificate.getSerialNumber().getValue()));
  }

  /** RFC 9810 §5.3.18: an empty sequence rejects whatever was issued, which we cannot tell. */
  private static Confirm confirm(CertConfirmContent content) {
    CertStatus status = only(content.toCertStatusArray());
    if (status.getHashAlg() != null
        && !status.getHashAlg().getAlgorithm().equals(NISTObjectIdentifiers.id_sha256)) {
      throw new CmpRefusal(PKIFailureInfo.badAlg, "certHash must be by SHA-256.");
    }
    byte[] hash = status.getCertHash().getOctets();
    if (hash.length != Digest.LENGTH) {
      throw new CmpRefusal(PKIFailureInfo.badCertId, "certHash must be by SHA-256, 32 bytes.");
    }
    boolean accepted =
        status.getStatusInfo() == null
            || status.getStatusInfo().getStatus().intValueExact() == PKIStatus.GRANTED
            || status.getStatusInfo().getStatus().intValueExact() == PKIStatus.GRANTED_WITH_MODS;
    return new Confirm(Digest.wrap(hash), accepted);
  }

  private static Ask ask(GenMsgContent content) {
    InfoTypeAndValue[] questions = content.toInfoTypeAndValueArray();
    if (questions.length > MOST_QUESTIONS) {
      throw new CmpRefusal(
          PKIFailureInfo.badRequest, "At most " + MOST_QUESTIONS + " questions at once.");
    }
    return new Ask(Stream.of(questions).map(InfoTypeAndValue::getInfoType).toList());
  }

  private static <T> T only(T[] parts) {
    if (parts.length != 1) {
      throw new CmpRefusal(
          PKIFailureInfo.badRequest, "One request in a message, no more (RFC 9483 §4.1.1).");
    }
    return parts[0];
  }
}

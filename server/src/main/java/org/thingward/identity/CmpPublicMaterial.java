package org.thingward.identity;

import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CertReqTemplateContent;
import org.bouncycastle.asn1.cmp.GenRepContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.crmf.AttributeTypeAndValue;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What anyone may ask for over CMP (RFC 9483 §4.3): the authority's certificates, its revocation
 * list, and what a request for a certificate should hold.
 */
final class CmpPublicMaterial {
  private final Authority authority;
  private final RevocationLists lists;

  CmpPublicMaterial(Authority authority, RevocationLists lists) {
    this.authority = authority;
    this.lists = lists;
  }

  /** The answers to these questions, in order; one without a value says that there is none. */
  PKIBody about(List<ASN1ObjectIdentifier> questions) {
    InfoTypeAndValue[] answers =
        questions.stream().map(this::about).toArray(InfoTypeAndValue[]::new);
    return new PKIBody(PKIBody.TYPE_GEN_REP, new GenRepContent(answers));
  }

  private InfoTypeAndValue about(ASN1ObjectIdentifier question) {
    if (question.equals(CMPObjectIdentifiers.id_it_caCerts)) {
      return new InfoTypeAndValue(question, authorities());
    }
    if (question.equals(CMPObjectIdentifiers.it_currentCRL)) {
      return new InfoTypeAndValue(question, CertificateList.getInstance(lists.current()));
    }
    if (question.equals(CMPObjectIdentifiers.id_it_crlStatusList)) {
      return new InfoTypeAndValue(
          CMPObjectIdentifiers.id_it_crls,
          new DERSequence(CertificateList.getInstance(lists.current())));
    }
    if (question.equals(CMPObjectIdentifiers.id_it_certReqTemplate)) {
      return new InfoTypeAndValue(question, template());
    }
    return new InfoTypeAndValue(question);
  }

  private DERSequence authorities() {
    return new DERSequence(
        authority.chain().stream()
            .map(Authority::der)
            .map(Certificate::getInstance)
            .toArray(ASN1Encodable[]::new));
  }

  /** No names: those come from the token. A key on P-256, which every device can have. */
  private static CertReqTemplateContent template() {
    var algorithm =
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
    return new CertReqTemplateContent(
        new CertTemplateBuilder().build(),
        new DERSequence(
            new AttributeTypeAndValue(CMPObjectIdentifiers.id_regCtrl_algId, algorithm)));
  }
}

package org.thingward.identity;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIConfirmContent;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.x500.X500Name;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Problem;

/**
 * Answers messages over CMP (RFC 9810), as the lightweight profile has it (RFC 9483): an adapter
 * over {@link Enrolment} and {@link Revocation}. Whoever knows a token's secret enrols; whoever has
 * a certificate's key renews it, in its line, or revokes it.
 */
final class CmpResponder {
  private static final Logger LOG = LoggerFactory.getLogger(CmpResponder.class);

  private final CmpProtection protection;
  private final CmpTransactions transactions;
  private final CmpAnswers answers;
  private final CmpPublicMaterial material;
  private final Enrolment enrolment;
  private final Newcomers newcomers;
  private final Revocation revocation;
  private final IdentityStore store;
  private final NativeCrypto crypto;

  CmpResponder(
      CmpProtection protection,
      CmpTransactions transactions,
      CmpAnswers answers,
      CmpPublicMaterial material,
      Enrolment enrolment,
      Newcomers newcomers,
      Revocation revocation,
      IdentityStore store,
      NativeCrypto crypto) {
    this.protection = protection;
    this.transactions = transactions;
    this.answers = answers;
    this.material = material;
    this.enrolment = enrolment;
    this.newcomers = newcomers;
    this.revocation = revocation;
    this.store = store;
    this.crypto = crypto;
  }

  /** The answer to a message, whatever it is, in DER. */
  byte[] answer(byte[] der, CmpPath path) {
    CmpSender sender = new CmpSender.Anyone();
    Optional<PKIHeader> header = Optional.empty();
    int kind = PKIBody.TYPE_ERROR;
    try {
      CmpMessage message = CmpMessage.read(der);
      header = Optional.of(message.header());
      sender = protection.prove(message);
      kind = message.message().getBody().getType();
      return answer(message, sender, path);
    } catch (CmpMessage.Unreadable e) {
      return refused(Optional.of(e.header()), sender, kind, e.refusal());
    } catch (RuntimeException e) {
      if (Problem.of(e).status() >= 500 && !(e instanceof CmpRefusal)) {
        LOG.error("a message over CMP failed", e);
      }
      return refused(header, sender, kind, CmpRefusal.of(e));
    }
  }

  private byte[] refused(
      Optional<PKIHeader> header, CmpSender sender, int kind, CmpRefusal refusal) {
    return answers.message(header, sender, answers.refused(kind, refusal), false).der();
  }

  private byte[] answer(CmpMessage message, CmpSender sender, CmpPath path) {
    PKIBody body = message.message().getBody();
    path.requireProfile(sender);
    if (body.getType() == PKIBody.TYPE_ERROR) {
      return said(message, sender, confirmation());
    }
    if (body.getType() != PKIBody.TYPE_CERT_CONFIRM) {
      path.requireOperation(body.getType());
      // Nobody in particular has no transactions, and pushes nobody's out of memory.
      if (!(sender instanceof CmpSender.Anyone)) {
        transactions.begin(sender, message);
      }
    }
    return switch (CmpBody.read(body, crypto)) {
      case CmpBody.Certify asked -> certified(message, sender, asked);
      case CmpBody.Revoke(CmpBody.Named certificate) -> {
        revoke(sender, certificate);
        yield said(message, sender, answers.revoked());
      }
      case CmpBody.Confirm confirm -> {
        confirm(message, sender, confirm);
        yield said(message, sender, confirmation());
      }
      case CmpBody.Ask(var about) -> said(message, sender, material.about(about));
    };
  }

  private static PKIBody confirmation() {
    return new PKIBody(PKIBody.TYPE_CONFIRM, new PKIConfirmContent());
  }

  private byte[] said(CmpMessage message, CmpSender sender, PKIBody body) {
    return answers.message(Optional.of(message.header()), sender, body, false).der();
  }

  private byte[] certified(CmpMessage message, CmpSender sender, CmpBody.Certify asked) {
    IssuedCertificate certificate =
        switch (sender) {
          case CmpSender.Holder holder -> enrol(holder, asked);
          case CmpSender.Certified certified -> renew(certified, asked);
          case CmpSender.Anyone anyone ->
              throw new CmpRefusal(PKIFailureInfo.notAuthorized, "The message is not protected.");
        };
    boolean implicitly = message.asksForImplicitConfirmation();
    CmpAnswers.Answer answer =
        answers.message(
            Optional.of(message.header()),
            sender,
            answers.granted(asked, sender, certificate),
            implicitly);
    if (!implicitly) {
      transactions.await(sender, message, answer.nonce(), certificate.digest());
    }
    return answer.der();
  }

  private IssuedCertificate enrol(CmpSender.Holder holder, CmpBody.Certify asked) {
    if (asked.kind() == PKIBody.TYPE_KEY_UPDATE_REQ) {
      throw new CmpRefusal(
          PKIFailureInfo.wrongIntegrity,
          "A key update is signed by the certificate that it follows (RFC 9483 §4.1.3). To enrol with a token, send ir or p10cr.");
    }
    return enrolment.enrol(holder.token(), asked.csr());
  }

  /**
   * A device has one line of certificates: whatever it asks for by its certificate follows that.
   */
  private IssuedCertificate renew(CmpSender.Certified sender, CmpBody.Certify asked) {
    if (asked.kind() == PKIBody.TYPE_INIT_REQ) {
      throw new CmpRefusal(
          PKIFailureInfo.wrongIntegrity,
          "An initial request is protected by a token's secret. To renew this certificate, send kur.");
    }
    asked.replaced().ifPresent(named -> requireOwn(sender, named));
    IssuedCertificate child = enrolment.renew(sender.peer(), asked.csr());
    newcomers.await(child);
    return child;
  }

  private void revoke(CmpSender sender, CmpBody.Named named) {
    if (!(sender instanceof CmpSender.Certified certified)) {
      throw new CmpRefusal(
          PKIFailureInfo.wrongIntegrity,
          "A revocation is signed by the certificate that shall not count any more.");
    }
    requireOwn(certified, named);
    if (!revocation.revokeOwn(certified.certificate(), Revocation.OwnReason.ASKED)) {
      throw new CmpRefusal(PKIFailureInfo.certRevoked, "This certificate is revoked already.");
    }
  }

  private static void requireOwn(CmpSender.Certified sender, CmpBody.Named named) {
    boolean own =
        named.serial().equals(sender.certificate().serial())
            && named.issuer().equals(issuerOf(sender.peer().certificate()));
    if (!own) {
      throw new CmpRefusal(
          PKIFailureInfo.badCertId,
          "The certificate that the message names is not the one that signed it; of others it may not speak.");
    }
  }

  private static X500Name issuerOf(X509Certificate certificate) {
    return X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded());
  }

  /** The certificate counts whether it is confirmed or not; rejected, it is revoked. */
  private void confirm(CmpMessage message, CmpSender sender, CmpBody.Confirm confirm) {
    transactions.confirm(sender, message, confirm.certificate());
    IssuedCertificate certificate =
        store
            .find(confirm.certificate())
            .filter(it -> isGivenTo(it, sender))
            .orElseThrow(() ->
                new CmpRefusal(
                    PKIFailureInfo.badCertId,
                    "certHash is of no certificate that was given to this sender."));
    if (!confirm.accepted()) {
      boolean unused = revocation.revokeOwn(certificate, Revocation.OwnReason.NOT_TAKEN);
    }
  }

  private static boolean isGivenTo(IssuedCertificate certificate, CmpSender sender) {
    return switch (sender) {
      case CmpSender.Holder holder ->
          holder.token().certificate().equals(Optional.of(certificate.digest()));
      case CmpSender.Certified certified ->
          certificate.parent().equals(Optional.of(certified.certificate().digest()));
      case CmpSender.Anyone anyone -> false;
    };
  }
}

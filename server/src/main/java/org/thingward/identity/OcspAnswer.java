package org.thingward.identity;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.jspecify.annotations.Nullable;

/** An OCSP answer in the making (RFC 6960 §4.2). */
final class OcspAnswer {
  /** How long an answer may be kept by whom it was given to. */
  static final Duration KEPT = Duration.ofMinutes(5);

  private final Delegate signer;
  private final Instant at;
  private final BasicOCSPRespBuilder answers;

  /** An answer of this moment, to be signed by {@code signer}. */
  OcspAnswer(Delegate signer, Instant now) {
    this.signer = signer;
    this.at = now.truncatedTo(ChronoUnit.SECONDS);
    this.answers = new BasicOCSPRespBuilder(new RespID(signer.holder().getSubject()));
  }

  /** Adds where a certificate stands. */
  void about(CertificateID asked, @Nullable CertificateStatus status) {
    answers.addResponse(asked, status, Date.from(at), Date.from(at.plus(KEPT)));
  }

  /** The answer in DER, with the nonce that was asked for. */
  byte[] signed(Optional<Extension> nonce) throws OCSPException, IOException {
    nonce.ifPresent(asked -> answers.setResponseExtensions(new Extensions(asked)));
    var basic =
        answers.build(
            new CertificateForm.Signing(signer.key()),
            new X509CertificateHolder[] {signer.holder()},
            Date.from(at));
    return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded();
  }

  static X509CertificateHolder holder(X509Certificate certificate) {
    try {
      return new X509CertificateHolder(Authority.der(certificate));
    } catch (IOException e) {
      throw new IllegalStateException("a certificate of ours cannot be read", e);
    }
  }
}

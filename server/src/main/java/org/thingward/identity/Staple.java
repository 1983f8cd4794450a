package org.thingward.identity;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.thingward.platform.Time;

/**
 * The OCSP answer about this server's own certificate, for handshakes. It needs no database and is
 * signed anew every two minutes at most, by whoever asks then.
 */
final class Staple {
  private static final Duration RENEWED_AFTER = Duration.ofMinutes(2);

  private final CertificateID id;
  private final Renewed<Delegate> signer;
  private final Time time;
  private volatile Made made = new Made(new byte[0], Instant.MIN);

  private record Made(byte[] answer, Instant renewal) {}

  /**
   * Answers for one certificate for as long as it is the server's.
   *
   * @param issuer the certificate of the authority that issued it
   * @param signer what signs answers in the authority's place
   */
  Staple(X509Certificate issuer, X509Certificate certificate, Renewed<Delegate> signer, Time time) {
    this.signer = signer;
    this.time = time;
    try {
      id =
          new CertificateID(
              new BcDigestCalculatorProvider().get(CertificateID.HASH_SHA1),
              OcspAnswer.holder(issuer),
              certificate.getSerialNumber());
    } catch (OCSPException | OperatorCreationException e) {
      throw new IllegalStateException("a certificate of ours has no OCSP name", e);
    }
  }

  /** The answer of now, in DER. */
  byte[] current() {
    Instant now = time.now();
    Made newest = made;
    return now.isBefore(newest.renewal()) ? newest.answer() : renewed(now);
  }

  private synchronized byte[] renewed(Instant now) {
    if (!now.isBefore(made.renewal())) {
      try {
        OcspAnswer answer = new OcspAnswer(signer.current(), now);
        answer.about(id, OcspAnswer.GOOD);
        made = new Made(answer.signed(Optional.empty()), now.plus(RENEWED_AFTER));
      } catch (IOException e) {
        throw new IllegalStateException("an OCSP answer could not be encoded", e);
      }
    }
    return made.answer();
  }
}

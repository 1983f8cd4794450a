package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whether root, issuing certificate and key belong together (rule I1): asked before anything is
 * issued by them, so that a wrong restore or a wrong token shows at start, not at a device.
 */
final class AuthorityCheck {
  private static final int SIGNS_CERTIFICATES = 5;
  private static final int SIGNS_LISTS = 6;
  private static final byte[] PROBE =
      "thingward/authority-check/v1".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private AuthorityCheck() {}

  /**
   * What is wrong with these certificates, as a sentence that says what to do; empty if nothing.
   */
  static Optional<String> objection(X509Certificate root, X509Certificate issuing, Instant now) {
    if (!isAuthority(root) || !isSignedBy(root, root)) {
      return Optional.of("the root certificate is no self-signed authority: restore root.pem");
    }
    if (!issuing.getIssuerX500Principal().equals(root.getSubjectX500Principal())) {
      return Optional.of(
          "the issuing certificate is of %s, the root is %s: restore the root.pem that belongs to it"
              .formatted(issuing.getIssuerX500Principal(), root.getSubjectX500Principal()));
    }
    if (!isSignedBy(issuing, root)) {
      return Optional.of(
          "the issuing certificate is not signed by the root's key: restore the root.pem that belongs to it");
    }
    if (!isAuthority(issuing)) {
      return Optional.of(
          "the issuing certificate is none of an authority (basicConstraints CA, keyUsage keyCertSign and cRLSign): have the root sign it by thingward ca sign");
    }
    if (issuing.getSubjectX500Principal().equals(root.getSubjectX500Principal())) {
      return Optional.of("the issuing certificate has the root's own name");
    }
    return life(root, "root", now).or(() -> life(issuing, "issuing", now));
  }

  private static Optional<String> life(X509Certificate certificate, String which, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    return now.isBefore(from) || now.isAfter(until)
        ? Optional.of(
            "the %s certificate is good from %s to %s, and now is %s: set the clock, or make a new one (docs/authority.md)"
                .formatted(which, from, until, now))
        : Optional.empty();
  }

  /** What is wrong with the key of this certificate; empty if it signs as it should. */
  static Optional<String> objection(X509Certificate issuing, SigningKey key) {
    byte[] certified = issuing.getPublicKey().getEncoded();
    if (!Arrays.equals(certified, CmpMessage.der(key.publicKey()))) {
      return Optional.of(
          "its key is not the one in its certificate: restore the key that belongs to it, or the certificate");
    }
    try {
      Signature signature = Signature.getInstance(key.scheme().jcaName());
      signature.initVerify(issuing.getPublicKey());
      signature.update(PROBE);
      if (signature.verify(key.sign(PROBE))) {
        return Optional.empty();
      }
    } catch (GeneralSecurityException e) {
      return Optional.of("its key does not sign: " + e.getMessage());
    }
    return Optional.of(
        "what its key signs does not verify: it is not the key that it is said to be");
  }

  private static boolean isAuthority(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    return certificate.getBasicConstraints() >= 0
        && usage != null
        && usage[SIGNS_CERTIFICATES]
        && usage[SIGNS_LISTS];
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}

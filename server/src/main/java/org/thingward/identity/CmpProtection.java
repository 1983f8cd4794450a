package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.thingward.platform.PeerIdentity;
import org.thingward.platform.StrangersCertificate;
import org.thingward.platform.Time;
import org.thingward.platform.VerifiedChain;
import org.thingward.trust.Digest;

/**
 * Tells who sent a message over CMP, by its protection (RFC 9483 §3.2): a MAC keyed with a token's
 * secret, or a signature by the key of a certificate of ours.
 */
final class CmpProtection {
  private static final int UUID_TEXT = 36;

  private final Tokens tokens;
  private final IdentityStore store;
  private final PeerIdentity names;
  private final NativeCrypto crypto;
  private final Time time;

  /**
   * Checks protection.
   *
   * @param names tells whom a certificate names, and notes its first use
   */
  CmpProtection(
      Tokens tokens, IdentityStore store, PeerIdentity names, NativeCrypto crypto, Time time) {
    this.tokens = tokens;
    this.store = store;
    this.names = names;
    this.crypto = crypto;
    this.time = time;
  }

  /**
   * Who sent it.
   *
   * @throws CmpRefusal if that is not proved
   * @throws org.thingward.platform.Problem if the token or certificate may not be used
   */
  CmpSender prove(CmpMessage message) {
    Optional<AlgorithmIdentifier> algorithm = message.protectionAlgorithm();
    if (algorithm.isEmpty()) {
      // What a general message asks for is public.
      if (message.message().getBody().getType() == PKIBody.TYPE_GEN_MSG) {
        return new CmpSender.Anyone();
      }
      throw new CmpRefusal(
          PKIFailureInfo.badMessageCheck,
          "The message is not protected: by a MAC with a token's secret, or signed by the key of a certificate of this server.");
    }
    Optional<CmpMac> mac = CmpMac.read(algorithm.get());
    return mac.isPresent() ? holder(message, mac.get()) : certified(message, algorithm.get());
  }

  private CmpSender holder(CmpMessage message, CmpMac mac) {
    Tokens.Claimed claimed =
        reference(message.header().getSenderKID())
            .flatMap(tokens::claimed)
            .filter(it ->
                MessageDigest.isEqual(
                    mac.over(it.secret().bytes(), message.protectedPart()), message.protection()))
            .orElseThrow(() ->
                new CmpRefusal(
                    PKIFailureInfo.badMessageCheck,
                    "No token is known by this reference (senderKID), or the message's MAC is not by its secret."));
    return new CmpSender.Holder(tokens.usable(claimed.token()), mac, claimed.secret());
  }

  private static Optional<UUID> reference(@Nullable ASN1OctetString senderKid) {
    if (senderKid == null || senderKid.getOctetsLength() != UUID_TEXT) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          UUID.fromString(new String(senderKid.getOctets(), StandardCharsets.US_ASCII)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private CmpSender certified(CmpMessage message, AlgorithmIdentifier algorithm) {
    X509Certificate presented = presented(message.certificates());
    CsrSignature signature =
        CsrSignature.of(algorithm.getAlgorithm())
            .orElseThrow(() ->
                new CmpRefusal(
                    PKIFailureInfo.badAlg,
                    "The message is protected by algorithm %s, which is not taken."
                        .formatted(algorithm.getAlgorithm().getId())));
    byte[] key = presented.getPublicKey().getEncoded();
    if (!signature.verifies(key, message.protectedPart(), message.protection(), crypto)) {
      throw new CmpRefusal(
          PKIFailureInfo.badMessageCheck,
          "The message's signature is not by the key of the first of its extraCerts.");
    }
    IssuedCertificate ours = ours(presented);
    if (!isNamed(message.header().getSender(), presented)) {
      throw new CmpRefusal(
          PKIFailureInfo.badRequest, "sender must be the subject of the signing certificate.");
    }
    return new CmpSender.Certified(ours, names.identify(verified(presented)));
  }

  /** The database alone is not believed (rule L4). */
  private VerifiedChain verified(X509Certificate presented) {
    try {
      return VerifiedChain.verify(List.of(presented), names.authorities(), time.now());
    } catch (CertificateException e) {
      throw notTrusted("The signing certificate does not hold: " + e.getMessage() + ".");
    }
  }

  private static X509Certificate presented(List<byte[]> certificates) {
    try {
      if (!certificates.isEmpty()) {
        return StrangersCertificate.read(certificates.getFirst());
      }
    } catch (CertificateException e) {
      throw notTrusted("The first of extraCerts is no X.509 certificate.");
    }
    throw notTrusted("The signing certificate must be the first of extraCerts (RFC 9483 §3.3).");
  }

  private IssuedCertificate ours(X509Certificate presented) {
    IssuedCertificate ours =
        store
            .find(Digest.of(Authority.der(presented)))
            .orElseThrow(
                () -> notTrusted("The signing certificate is none that this server issued."));
    Instant now = time.now();
    if (now.isBefore(ours.begins()) || !now.isBefore(ours.ends())) {
      throw notTrusted(
          "The signing certificate is good from %s to %s, and now is %s. Enrol with a new token."
              .formatted(ours.begins(), ours.ends(), now));
    }
    return ours;
  }

  private static boolean isNamed(GeneralName sender, X509Certificate certificate) {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    return sender.getTagNo() == GeneralName.directoryName
        && subject.equals(X500Name.getInstance(sender.getName()));
  }

  private static CmpRefusal notTrusted(String reason) {
    return new CmpRefusal(PKIFailureInfo.signerNotTrusted, reason);
  }
}

package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerIdentity;
import org.thingward.platform.Problem;
import org.thingward.platform.Recent;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** Tells whom a verified client certificate names: by its URI if it is ours, else by a mapping. */
final class CertificateNames implements PeerIdentity {
  private static final String CLIENT_AUTHENTICATION = KeyPurposeId.id_kp_clientAuth.getId();
  private static final int REMEMBERED = 32_768;

  private final Authorities authorities;
  private final List<DeviceAuthority> others;
  private final Newcomers newcomers;
  private final NativeCrypto crypto;

  /** Certificates with their issuer whose signature was checked: no bit of either can differ. */
  private final Recent<Digest, Boolean> checked = new Recent<>(REMEMBERED);

  CertificateNames(
      Authorities authorities,
      List<DeviceAuthority> others,
      Newcomers newcomers,
      NativeCrypto crypto) {
    this.authorities = authorities;
    this.others = List.copyOf(others);
    this.newcomers = newcomers;
    this.crypto = crypto;
  }

  @Override
  public List<X509Certificate> authorities() {
    List<X509Certificate> all = new ArrayList<>();
    authorities.all().forEach(authority -> all.add(authority.certificate()));
    others.forEach(other -> all.addAll(other.certificates()));
    return List.copyOf(all);
  }

  @Override
  public Peer identify(List<X509Certificate> chain) {
    X509Certificate certificate = chain.getFirst();
    requireClient(certificate);
    Digest credential = Digest.of(Authority.der(certificate));
    // By signature, not by name: another authority could issue under our authority's name.
    if (authorities.all().stream().anyMatch(ours -> isSignedBy(certificate, ours.certificate()))) {
      Peer peer = peer(ours(certificate), certificate, credential);
      newcomers.ours(peer.subject(), credential);
      return peer;
    }
    Peer peer = peer(mapped(chain), certificate, credential);
    newcomers.external(peer.subject(), credential, certificate);
    return peer;
  }

  private static Peer peer(Subject subject, X509Certificate certificate, Digest credential) {
    return new Peer(subject, certificate, credential, certificate.getNotAfter().toInstant());
  }

  private static Subject ours(X509Certificate certificate) {
    List<Subject> named =
        CertificateField.SAN_URI.values(certificate).stream()
            .map(SubjectUri::parse)
            .flatMap(Optional::stream)
            .toList();
    if (named.size() != 1) {
      throw new Problem(
          403, "certificate-names-nobody", "The certificate names no device of ours.");
    }
    return named.getFirst();
  }

  private Subject mapped(List<X509Certificate> chain) {
    return others.stream()
        .filter(other -> isBelow(chain, other))
        .findFirst()
        .flatMap(other -> other.device(chain.getFirst()))
        .orElseThrow(() ->
            new Problem(
                403,
                "certificate-names-nobody",
                "The certificate names no device by the mapping of its authority."));
  }

  /**
   * Whether a certificate of the chain was issued by {@code other}; the chain itself is verified.
   */
  private boolean isBelow(List<X509Certificate> chain, DeviceAuthority other) {
    return chain.stream()
        .anyMatch(
            link -> other.certificates().stream().anyMatch(anchor -> isSignedBy(link, anchor)));
  }

  /** Each request of a connection asks; only the first pays for a signature. */
  private boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    Digest both = Digest.of(Authority.der(certificate), Authority.der(issuer));
    boolean isKnown = checked.find(both).isPresent();
    boolean signed = isKnown || isSignedBy(certificate, issuer, crypto);
    if (signed && !isKnown) {
      checked.keep(both, true);
    }
    return signed;
  }

  /** Whether the key of {@code issuer} signed the certificate, under its name. */
  static boolean isSignedBy(
      X509Certificate certificate, X509Certificate issuer, NativeCrypto crypto) {
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      Signature signature = crypto.signature(certificate.getSigAlgName());
      signature.initVerify(issuer.getPublicKey());
      signature.update(certificate.getTBSCertificate());
      return signature.verify(certificate.getSignature());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static void requireClient(X509Certificate certificate) {
    if (certificate.getBasicConstraints() >= 0 || !maySpeakAsClient(certificate)) {
      throw new Problem(
          403, "certificate-purpose", "The certificate is not one for client authentication.");
    }
  }

  private static boolean maySpeakAsClient(X509Certificate certificate) {
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      return purposes == null || purposes.contains(CLIENT_AUTHENTICATION);
    } catch (CertificateParsingException e) {
      return false;
    }
  }
}

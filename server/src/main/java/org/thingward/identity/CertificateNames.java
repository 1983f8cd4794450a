package org.thingward.identity;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerIdentity;
import org.thingward.platform.Problem;
import org.thingward.platform.VerifiedChain;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** Tells whom a verified client certificate names: by its URI if it is ours, else by a mapping. */
final class CertificateNames implements PeerIdentity {
  private final Authorities authorities;
  private final List<DeviceAuthority> others;
  private final Newcomers newcomers;

  CertificateNames(Authorities authorities, List<DeviceAuthority> others, Newcomers newcomers) {
    this.authorities = authorities;
    this.others = List.copyOf(others);
    this.newcomers = newcomers;
  }

  @Override
  public List<X509Certificate> authorities() {
    List<X509Certificate> all = new ArrayList<>();
    authorities.all().forEach(authority -> all.add(authority.certificate()));
    others.forEach(other -> all.addAll(other.certificates()));
    return List.copyOf(all);
  }

  @Override
  public Peer identify(VerifiedChain chain) {
    X509Certificate certificate = chain.endEntity();
    Digest credential = Digest.of(Authority.der(certificate));
    if (authorities.all().stream().anyMatch(ours -> chain.isIssuedBy(ours.certificate()))) {
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

  private Subject mapped(VerifiedChain chain) {
    return others.stream()
        .filter(other -> other.certificates().stream().anyMatch(chain::isBelow))
        .findFirst()
        .flatMap(other -> other.device(chain.endEntity()))
        .orElseThrow(() ->
            new Problem(
                403,
                "certificate-names-nobody",
                "The certificate names no device by the mapping of its authority."));
  }
}

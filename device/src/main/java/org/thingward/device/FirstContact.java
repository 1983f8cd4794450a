package org.thingward.device;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.thingward.trust.Digest;

/**
 * Learns the authorities' certificates from a server that cannot be checked yet, and believes only
 * what stands under a root of known digest.
 */
final class FirstContact {
  private FirstContact() {}

  static List<X509Certificate> authorities(URI cacerts, Digest pinned) {
    List<X509Certificate> shown = fetch(cacerts);
    X509Certificate root =
        shown.stream()
            .filter(certificate -> Credential.digest(certificate).equals(pinned))
            .findFirst()
            .orElseThrow(() ->
                new ServerUnreachable(
                    cacerts.getAuthority()
                        + " shows no authority with the digest "
                        + pinned.brief()
                        + "… of the token: it is another server, or somebody in between"));
    return shown.stream().filter(each -> each.equals(root) || isSignedBy(each, root)).toList();
  }

  private static List<X509Certificate> fetch(URI cacerts) {
    try (HttpsExchange unchecked = new HttpsExchange(unchecked())) {
      return EstClient.certificates(unchecked.send(HttpsExchange.to(cacerts).GET().build()).body());
    }
  }

  private static boolean isSignedBy(X509Certificate certificate, X509Certificate root) {
    Principal issuer = certificate.getIssuerX500Principal();
    PublicKey key = root.getPublicKey();
    try {
      certificate.verify(key);
      return issuer.equals(root.getSubjectX500Principal())
          && certificate.getBasicConstraints() >= 0;
    } catch (GeneralSecurityException notSigned) {
      return false;
    }
  }

  private static SSLContext unchecked() {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new BelievesNobodyYet()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS 1.3", e);
    }
  }
}

package org.thingward.device;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.thingward.trust.Digest;

/**
 * Enrols by EST (RFC 7030): the authorities' certificates, a first certificate by token, and
 * renewal by the certificate at hand. Safe for many threads.
 *
 * <p>The first contact trusts nobody (RFC 7030 §4.1.1): {@code /cacerts} is read without checking
 * the server, and believed only if the root in it is the one that the token pins. Everything after
 * is checked against that root.
 */
public final class EstClient implements AutoCloseable {
  private static final String BASE = "/.well-known/est/";

  private final ServerAddress server;
  private final List<X509Certificate> authorities;
  private final HttpsExchange https;

  /**
   * A client that trusts the pinned root.
   *
   * @throws ServerUnreachable if the server does not answer, or shows no such root
   */
  public EstClient(ServerAddress server, Digest authority) {
    this.server = server;
    this.authorities = FirstContact.authorities(server.https(BASE + "cacerts"), authority);
    this.https = new HttpsExchange(ClientTls.anonymous(authorities));
  }

  /** The authorities under which the server stands: the pinned root, and those below it. */
  public List<X509Certificate> authorities() {
    return authorities;
  }

  /**
   * Gets a first certificate (RFC 7030 §4.2.1), or one for a new key after a lost one.
   *
   * @param name the device's id; the server takes it from the token and ignores what is asked
   * @throws ServerRefused if the token is used, expired or for somebody else
   */
  public Credential enrol(EnrolmentToken token, DeviceKey key, String name) {
    String account =
        Base64.getEncoder()
            .encodeToString((name + ":" + token.text()).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        ask("simpleenroll", key, name).header("authorization", "Basic " + account).build();
    return credential(key, https.send(request).body());
  }

  /**
   * Gets the next certificate in succession to {@code current} (RFC 7030 §4.2.2). The parent is
   * retired when the new one is first used.
   *
   * @throws ServerRefused if the device may not renew now
   */
  public Credential renew(Credential current, DeviceKey key) {
    String name = commonName(current.certificate());
    try (HttpsExchange own = new HttpsExchange(ClientTls.of(current))) {
      return credential(key, own.send(ask("simplereenroll", key, name).build()).body());
    }
  }

  private HttpRequest.Builder ask(String operation, DeviceKey key, String name) {
    String body = Base64.getMimeEncoder().encodeToString(key.request(name));
    return HttpsExchange.to(server.https(BASE + operation))
        .header("content-type", "application/pkcs10")
        .header("content-transfer-encoding", "base64")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private Credential credential(DeviceKey key, byte[] body) {
    List<X509Certificate> chain = certificates(body);
    PublicKey own = key.pair().getPublic();
    List<X509Certificate> ordered = new ArrayList<>(chain);
    // PKCS #7 keeps a set: the end entity is the one with our key, wherever it stands.
    ordered.removeIf(certificate -> !certificate.getPublicKey().equals(own));
    if (ordered.size() != 1) {
      throw new ServerUnreachable("the server answered with a certificate for another key");
    }
    chain.stream().filter(other -> !ordered.contains(other)).forEach(ordered::add);
    intermediates().stream().filter(other -> !ordered.contains(other)).forEach(ordered::add);
    return new Credential(key.pair().getPrivate(), ordered, authorities);
  }

  private List<X509Certificate> intermediates() {
    return authorities.stream()
        .filter(each -> !each.getSubjectX500Principal().equals(each.getIssuerX500Principal()))
        .toList();
  }

  /** Reads a certs-only PKCS #7 in base64 (RFC 7030 §4.1.3), with or without line breaks. */
  static List<X509Certificate> certificates(byte[] base64) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      List<X509Certificate> certificates = new ArrayList<>();
      CertificateFactory.getInstance("X.509")
          .generateCertPath(new ByteArrayInputStream(der), "PKCS7")
          .getCertificates()
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
      return certificates;
    } catch (GeneralSecurityException | RuntimeException e) {
      // The JDK reports some certificates by whatever went wrong within.
      throw new ServerUnreachable("the server answered with what is no PKCS #7 in base64", e);
    }
  }

  private static String commonName(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName().replaceFirst("^.*CN=([^,]*).*$", "$1");
  }

  @Override
  public void close() {
    https.close();
  }
}

package org.thingward.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;

/** A device that enrolled and is connected, and who watches what becomes of its certificate. */
final class RevokedDevice implements AutoCloseable {
  private static final long PAUSE = 500_000;
  private static final int SHARD_BITS = 122;

  private final String name;
  private final BigInteger serial;
  private final byte[] question;
  private final SSLContext tls;
  private final int https;
  private final int mqtt;
  private final TlsDevice session;
  private final byte[] renewal;
  private final CountDownLatch cut = new CountDownLatch(1);

  /** Enrols and connects it. */
  RevokedDevice(BenchIdentity identity, BenchIdentity.Newcomer device, int https, int mqtt)
      throws Exception {
    this.name = device.name();
    this.https = https;
    this.mqtt = mqtt;
    byte[] enrolled = identity.enrol(device);
    this.question = OcspQuestion.about(enrolled, identity.identity().authorityPem());
    X509Certificate certificate = read(OcspQuestion.certificate(enrolled).getEncoded());
    this.serial = certificate.getSerialNumber();
    this.tls = tls(device, certificate);
    this.renewal =
        HttpsConnection.post(
            "/.well-known/est/simplereenroll",
            "application/pkcs10",
            Base64.getEncoder().encodeToString(device.request()));
    this.session = new TlsDevice(tls, name, mqtt);
  }

  String name() {
    return name;
  }

  /** When its MQTT session was cut, by {@link System#nanoTime}. */
  long cut() throws IOException {
    long at = session.awaitCut();
    cut.countDown();
    return at;
  }

  /**
   * When it was first refused a new MQTT session; asked for from the cut on: it would take over.
   */
  long refusedByMqtt() throws InterruptedException {
    cut.await();
    while (true) {
      try (TlsDevice other = new TlsDevice(tls, name, mqtt)) {
        LockSupport.parkNanos(PAUSE);
      } catch (IllegalStateException | IOException e) {
        return System.nanoTime();
      }
    }
  }

  /** When it was first refused a renewal over HTTPS, on a connection that it had before. */
  long refusedByHttps() throws IOException {
    try (HttpsConnection server = new HttpsConnection(tls, https)) {
      while (server.ask(renewal).status() != 403) {
        LockSupport.parkNanos(PAUSE);
      }
      return System.nanoTime();
    }
  }

  /** When OCSP first called its certificate revoked. */
  long revokedByOcsp() throws IOException {
    byte[] ask = HttpsConnection.get("/ocsp/" + Base64.getEncoder().encodeToString(question));
    try (HttpsConnection server = new HttpsConnection(AnyServer.context(), https)) {
      while (!isRevoked(server.ask(ask).body())) {
        LockSupport.parkNanos(PAUSE);
      }
      return System.nanoTime();
    }
  }

  private static boolean isRevoked(byte[] answer) throws IOException {
    try {
      var basic = (BasicOCSPResp) new OCSPResp(answer).getResponseObject();
      return basic.getResponses()[0].getCertStatus() instanceof RevokedStatus;
    } catch (OCSPException e) {
      throw new IOException(e);
    }
  }

  /** When the revocation list that its certificate names first had it. */
  long listed() throws IOException, GeneralSecurityException {
    String path = "/crl/issuing-1/%02x.crl".formatted(serial.shiftRight(SHARD_BITS).intValue());
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    try (HttpsConnection server = new HttpsConnection(AnyServer.context(), https)) {
      while (true) {
        byte[] list = server.ask(HttpsConnection.get(path)).body();
        X509CRL read = (X509CRL) factory.generateCRL(new ByteArrayInputStream(list));
        if (read.getRevokedCertificate(serial) != null) {
          return System.nanoTime();
        }
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  private static SSLContext tls(BenchIdentity.Newcomer device, X509Certificate certificate)
      throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("own", device.key().getPrivate(), new char[0], new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    return AnyServer.context(keys.getKeyManagers());
  }

  private static X509Certificate read(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}

package org.thingward.app;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.thingward.app.RunningHouse.Answer;
import org.thingward.device.Credential;
import org.thingward.device.OneKey;
import org.thingward.device.TpmKey;

/**
 * A device that speaks by a key in its TPM, over HTTPS and MQTT: Java's TLS does, openssl's not.
 */
final class TpmDevice {
  private final SSLContext tls;

  TpmDevice(TestTpm tpm, byte[] certificates, byte[] authority) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> chain =
          factory.generateCertificates(new ByteArrayInputStream(certificates)).stream()
              .map(X509Certificate.class::cast)
              .toList();
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (var each : factory.generateCertificates(new ByteArrayInputStream(authority))) {
        trusted.setCertificateEntry("ca-" + number++, each);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      PrivateKey key =
          new TpmKey(tpm::sign, ((ECPublicKey) chain.getFirst().getPublicKey()).getParams());
      tls = SSLContext.getInstance("TLSv1.3");
      tls.init(
          new KeyManager[] {new OneKey(new Credential(key, chain, List.of()))},
          trust.getTrustManagers(),
          new SecureRandom());
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A POST of JSON. */
  Answer post(int port, String path, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .header("content-type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), "", answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A session of MQTT 5, up to what the server says to CONNECT. */
  Session connect(int port, String id) {
    try {
      Socket socket = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(30_000);
      byte[] name = id.getBytes(StandardCharsets.UTF_8);
      byte[] connect = new byte[2 + 13 + name.length];
      byte[] head = {0x10, (byte) (13 + name.length), 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 60, 0, 0};
      System.arraycopy(head, 0, connect, 0, head.length);
      connect[head.length] = (byte) name.length;
      System.arraycopy(name, 0, connect, head.length + 1, name.length);
      socket.getOutputStream().write(connect);
      return new Session(socket, new DataInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A live session. */
  record Session(Socket socket, DataInputStream in) implements AutoCloseable {
    /** The next packet's first byte and its first three bytes of content, e.g. for CONNACK. */
    byte[] packet() {
      try {
        int kind = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        byte[] content = new byte[length];
        in.readFully(content);
        byte[] all = new byte[1 + length];
        all[0] = (byte) kind;
        System.arraycopy(content, 0, all, 1, length);
        return all;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

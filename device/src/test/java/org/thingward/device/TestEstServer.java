package org.thingward.device;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A few lines of EST, enough to see the client's side of RFC 7030 on the wire. */
final class TestEstServer implements AutoCloseable {
  private final HttpsServer server;
  private final TestAuthority authority;
  private final String password;

  TestEstServer(TestAuthority authority, String password) throws IOException {
    this.authority = authority;
    this.password = password;
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(ClientTls.of(authority.credential("localhost")).forHttps()));
    server.createContext("/.well-known/est/cacerts", x -> answer(x, List.of(authority.root())));
    server.createContext("/.well-known/est/simpleenroll", this::enrol);
    server.start();
  }

  ServerAddress address() {
    return new ServerAddress("localhost", server.getAddress().getPort(), 1);
  }

  /** From now on it shows certificates without end. */
  void showWithoutEnd() {
    server.removeContext("/.well-known/est/cacerts");
    server.createContext(
        "/.well-known/est/cacerts",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] some = "AAAA".repeat(1_024).getBytes(StandardCharsets.US_ASCII);
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(some);
            }
          }
        });
  }

  private void enrol(HttpExchange exchange) throws IOException {
    String expected =
        "Basic " + Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8));
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      byte[] problem = "{\"detail\":\"this token was used\"}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(401, problem.length);
      exchange.getResponseBody().write(problem);
      exchange.close();
      return;
    }
    try {
      var request = new JcaPKCS10CertificationRequest(Base64.getMimeDecoder().decode(body));
      answer(exchange, List.of(authority.certify("pump-07", request.getPublicKey())));
    } catch (java.security.GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void answer(HttpExchange exchange, List<X509Certificate> certificates)
      throws IOException {
    try {
      byte[] pkcs7 =
          CertificateFactory.getInstance("X.509")
              .generateCertPath(certificates)
              .getEncoded("PKCS7");
      byte[] body = Base64.getMimeEncoder().encode(pkcs7);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    } catch (java.security.cert.CertificateException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

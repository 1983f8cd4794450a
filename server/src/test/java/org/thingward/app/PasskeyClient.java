package org.thingward.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.thingward.access.SoftwareAuthenticator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An operator at a console, with a passkey in software: logs in and asks as a page would. */
final class PasskeyClient {
  private static final JsonMapper JSON = JsonMapper.shared();

  final String name;
  private final SoftwareAuthenticator key;
  private final HttpClient http;
  private final String console;
  private final String token;
  private String user = "";
  private String cookie = "";

  /** An answer; of a stream of events nothing is read. */
  record Answer(int status, String type, String text) {
    JsonNode tree() {
      return JSON.readTree(text);
    }

    boolean isStream() {
      return type.startsWith("text/event-stream");
    }
  }

  /** Somebody with a key of their own, at the console that has this certificate. */
  PasskeyClient(String name, int number, int port, Path certificate) {
    this.name = name;
    this.console = "https://localhost:" + port;
    this.key = new SoftwareAuthenticator();
    key.origin = console;
    key.id[0] = (byte) number;
    this.http = HttpClient.newBuilder().sslContext(trusting(certificate)).build();
    this.token = "";
  }

  private PasskeyClient(
      String name, SoftwareAuthenticator key, HttpClient http, String console, String token) {
    this.name = name;
    this.key = key;
    this.http = http;
    this.console = console;
    this.token = token;
  }

  private static SSLContext trusting(Path certificate) {
    try (InputStream pem = Files.newInputStream(certificate)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "console", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
      managers.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, managers.getTrustManagers(), null);
      return tls;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Registers by the server's first link. */
  void registerFirst(String link) {
    register("/access/registration", Map.of("link", secret(link), "operator", name));
  }

  /** Registers by the link of an invitation. */
  void follow(String link) {
    register("/access/invitation", Map.of("link", secret(link)));
  }

  private static String secret(String link) {
    return link.substring(link.indexOf('=') + 1);
  }

  private void register(String path, Map<String, ?> begin) {
    JsonNode options = must(send("POST", path + "/begin", "application/json", text(begin)));
    String challenge = options.path("challenge").asString();
    user = options.path("user").path("id").asString();
    must(
        send(
            "POST",
            path + "/finish",
            "application/json",
            text(
                Map.of(
                    "link", begin.get("link"),
                    "challenge", challenge,
                    "response",
                        Map.of(
                            "attestationObject",
                            SoftwareAuthenticator.base64(key.attestationObject()),
                            "clientDataJSON",
                            SoftwareAuthenticator.base64(
                                key.clientData("webauthn.create", challenge)))))));
  }

  void login() {
    cookie = "";
    JsonNode options = must(send("POST", "/access/login/begin", "application/json", "{}"));
    String challenge = options.path("challenge").asString();
    must(send("POST", "/access/login/finish", "application/json", text(assertion(challenge))));
  }

  /** Makes a change of an operator; what became of it. */
  JsonNode change(Map<String, ?> change) {
    JsonNode asked = must(post("/operators/changes", change));
    String challenge = asked.path("challenge").asString();
    return must(post("/operators/changes/" + challenge, assertion(challenge)));
  }

  /** What the passkey answers to a challenge. */
  Map<String, ?> assertion(String challenge) {
    key.counter++;
    byte[] data = key.clientData("webauthn.get", challenge);
    byte[] authenticatorData = key.authenticatorData(false);
    return Map.of(
        "challenge", challenge,
        "id", SoftwareAuthenticator.base64(key.id),
        "response",
            Map.of(
                "authenticatorData", SoftwareAuthenticator.base64(authenticatorData),
                "clientDataJSON", SoftwareAuthenticator.base64(data),
                "signature", SoftwareAuthenticator.base64(key.sign(authenticatorData, data)),
                "userHandle", user));
  }

  /** Makes an API token; its text. */
  String newToken(String called, List<String> permissions) {
    Map<String, ?> wanted = Map.of("name", called, "permissions", permissions, "ttl", "1h");
    JsonNode begun = must(send("POST", "/access/token/begin", "application/json", text(wanted)));
    Map<String, ?> signed = assertion(begun.path("sign").path("challenge").asString());
    return must(send("POST", "/access/token/finish", "application/json", text(signed)))
        .path("token")
        .asString();
  }

  /** A program at the same console, that has this token and nothing else. */
  PasskeyClient program(String token) {
    return new PasskeyClient(name, key, http, console, token);
  }

  Answer get(String path) {
    return ask("GET", path, "application/json", "");
  }

  /** What a step of a ceremony answers. */
  Answer begin(String path, Map<String, ?> body) {
    return send("POST", "/access" + path, "application/json", text(body));
  }

  Answer post(String path, Map<String, ?> body) {
    return ask("POST", path, "application/json", text(body));
  }

  /** A request of the operator API. */
  Answer ask(String method, String path, String type, String body) {
    return send(method, "/api/v1" + path, type, body);
  }

  /** A page that is none of the operator API. */
  Answer outside(String path) {
    return send("GET", path, "application/json", "");
  }

  /** The events of a stream, until it is closed. */
  InputStream follow(String path, String accept) {
    try {
      HttpRequest request = request("GET", "/api/v1" + path, accept, "");
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest request(String method, String path, String type, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(console + path));
    if (!token.isEmpty()) {
      request.header("authorization", "Bearer " + token);
    }
    return request
        .header("content-type", type)
        .header("cookie", cookie.isEmpty() ? "none=" : cookie)
        .header("origin", console)
        .header("thingward-console", "1")
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** Asks again where too much was asked at once. */
  private Answer send(String method, String path, String type, String body) {
    Answer answer = sendOnce(method, path, type, body);
    while (answer.status() == 429) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      answer = sendOnce(method, path, type, body);
    }
    return answer;
  }

  private Answer sendOnce(String method, String path, String type, String body) {
    try {
      HttpResponse<InputStream> response =
          http.send(request(method, path, type, body), HttpResponse.BodyHandlers.ofInputStream());
      response
          .headers()
          .firstValue("set-cookie")
          .ifPresent(given -> cookie = given.substring(0, given.indexOf(';')));
      String media = response.headers().firstValue("content-type").orElse("");
      try (InputStream in = response.body()) {
        String text =
            media.startsWith("text/event-stream")
                ? ""
                : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(response.statusCode(), media, text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode must(Answer answer) {
    if (answer.status() / 100 != 2) {
      throw new AssertionError(name + ": " + answer);
    }
    return answer.tree();
  }

  private static String text(Map<String, ?> body) {
    return JSON.writeValueAsString(body);
  }
}

package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.DeviceListener;
import org.thingward.platform.Network;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/** ACME as RFC 8555 has it, spoken by the real certbot. */
class AcmeCertbotTest {
  private static final Subject BROKER = Subject.service("broker");
  private static final String NAME = "broker.plant.test";

  @TempDir Path folder;
  @TempDir Path client;
  private Installation here;
  private DeviceListener listener;
  private int http;
  private int port;

  @BeforeEach
  void open() throws IOException {
    here = new Installation(folder);
    http = free();
    here.acme =
        new AcmeSettings(
            List.of(Network.parse("127.0.0.0/8")),
            http,
            name -> new InetAddress[] {InetAddress.getLoopbackAddress()},
            List.of(),
            AcmeLimits.usual());
    new Keys(client).write("root.pem", new Keys(folder).read("root.pem"));
    start(0);
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
    here.close();
  }

  @Test
  void
      a_server_registers_by_its_token_gets_a_certificate_renews_it_across_a_restart_and_revokes_it() {
    JsonNode token = token(NAME, "mqtt.plant.test");
    certbot(certonly(token, NAME, "mqtt.plant.test"));
    X509Certificate first = certificate();
    assertThat(verified()).contains("OK");
    assertThat(here.trust.accepted(BROKER)).containsExactly(EnrolmentTest.digest(first));

    certbot("renew", "--force-renewal", "--no-random-sleep-on-renew");
    X509Certificate second = certificate();
    restart();
    certbot("renew", "--force-renewal", "--no-random-sleep-on-renew");
    X509Certificate third = certificate();
    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
    assertThat(here.trust.accepted(BROKER)).containsExactly(EnrolmentTest.digest(third));
    JsonNode line =
        here.operator("GET", "/services/{id}/certificates", Map.of("id", "broker"), "")
            .path("items");
    assertThat(line.get(0).path("generation").asInt()).isEqualTo(3);
    assertThat(line.get(0).path("parent").asString())
        .isEqualTo(EnrolmentTest.digest(second).toString());

    certbot("revoke", "--cert-path", "c/live/" + NAME + "/cert.pem", "--no-delete-after-revoke");
    assertThat(here.trust.accepted(BROKER)).isEmpty();
    assertThat(
            here.operator("GET", "/services/{id}/certificates", Map.of("id", "broker"), "")
                .path("items")
                .get(0)
                .path("state")
                .asString())
        .isEqualTo("revoked");
  }

  @Test
  void I2_a_name_that_the_token_does_not_allow_is_refused_with_the_reason() {
    JsonNode token = token(NAME);
    Command refused = attempt(certonly(token, "other.plant.test"));
    assertThat(refused.exit()).isNotZero();
    assertThat(new String(new Keys(client).read("l/letsencrypt.log"), StandardCharsets.UTF_8))
        .contains("The token of this account allows [" + NAME + "]");
  }

  private JsonNode token(String... names) {
    String list = "\"" + String.join("\",\"", names) + "\"";
    return here.operator(
        "POST",
        "/tokens",
        Map.of(),
        "{\"service\":\"broker\",\"profile\":\"server\",\"names\":[" + list + "]}");
  }

  private void start(int at) {
    here.restart();
    listener = here.listen(at);
    port = listener.port();
  }

  /** Asks for one certificate for these names, with an account by this token. */
  private String[] certonly(JsonNode token, String... names) {
    JsonNode binding = token.path("acme");
    List<String> all = new ArrayList<>(List.of("certonly", "--standalone"));
    List.of(names).forEach(name -> all.addAll(List.of("-d", name)));
    all.addAll(List.of("--http-01-address", "127.0.0.1"));
    all.addAll(List.of("--http-01-port", Integer.toString(http)));
    all.addAll(List.of("--eab-kid", binding.path("kid").asString()));
    all.addAll(List.of("--eab-hmac-key", binding.path("hmac-key").asString()));
    return all.toArray(String[]::new);
  }

  private void restart() {
    listener.close();
    start(port);
  }

  private String certbot(String... arguments) {
    Command done = attempt(arguments);
    assertThat(done.exit()).as(done.output()).isZero();
    return done.output();
  }

  private Command attempt(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("env", "REQUESTS_CA_BUNDLE=root.pem", "certbot"));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--server",
            "https://localhost:" + port + "/acme/directory",
            "--agree-tos",
            "--register-unsafely-without-email",
            "--non-interactive",
            "--config-dir",
            "c",
            "--work-dir",
            "w",
            "--logs-dir",
            "l"));
    return Command.attempt(client, command.toArray(String[]::new));
  }

  private X509Certificate certificate() {
    return Authority.read(new Keys(client.resolve("c/live/" + NAME)).read("cert.pem"));
  }

  private String verified() {
    String live = "c/live/" + NAME + "/";
    return Command.run(
        client,
        "openssl",
        "verify",
        "-purpose",
        "sslserver",
        "-verify_hostname",
        NAME,
        "-CAfile",
        "root.pem",
        "-untrusted",
        live + "chain.pem",
        live + "cert.pem");
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

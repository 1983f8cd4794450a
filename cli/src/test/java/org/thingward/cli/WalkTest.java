package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.device.ServerAddress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The thinnest walk, with nothing of ours on the device: openssl, curl, mosquitto_sub. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WalkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Path folder;
  private RunningServer server;
  private ServerAddress address;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    server = RunningServer.start(folder.resolve("data"));
    address = server.process().folder().devices();
    sh(
        "curl -sS --insecure https://localhost:%d/.well-known/est/cacerts | base64 -d"
            + " | openssl pkcs7 -inform der -print_certs -out ca.pem",
        address.httpsPort());
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void a_device_enrolled_by_curl_and_connected_by_mosquitto_is_cut_and_the_cut_is_proved()
      throws Exception {
    enrol("walk-1");
    Process subscriber = subscribe("walk-1", "mqttv5");
    assertThat(awaitOutput("walk-1", "Subscribed")).isTrue();

    CommandLineRun revoked = server.cli("device", "revoke", "walk-1", "--reason", "lost");
    assertThat(revoked.exitCode()).as(revoked.err()).isZero();
    // 135 is "not authorized"; having been told so, mosquitto_sub ends with exit code 0.
    assertThat(awaitOutput("walk-1", "Received DISCONNECT (135)")).isTrue();
    assertThat(subscriber.waitFor(20, TimeUnit.SECONDS)).isTrue();
    Process returned = subscribe("walk-1", "mqttv5");
    assertThat(returned.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(returned.exitValue()).as("it may not come back").isEqualTo(135);

    String entry = newestEntry("walk-1");
    Path proof = folder.resolve("walk-1.proof");
    CommandLineRun written = server.cli("proof", entry, "-o", proof.toString());
    assertThat(written.exitCode()).as(written.err()).isZero();
    CommandLineRun verified = CommandLineRun.of("verify", proof.toString());
    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
  }

  @Test
  void a_device_of_mqtt_3_1_1_is_cut_as_well() throws Exception {
    enrol("walk-311");
    Process subscriber = subscribe("walk-311", "mqttv311");
    assertThat(awaitOutput("walk-311", "Subscribed")).isTrue();
    CommandLineRun held = server.cli("device", "quarantine", "walk-311", "--reason", "odd");
    assertThat(held.exitCode()).as(held.err()).isZero();
    assertThat(subscriber.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(subscriber.exitValue()).isNotZero();
  }

  @Test
  void a_token_longer_than_the_policy_allows_is_refused_with_the_reason() {
    CommandLineRun run = server.cli("token", "create", "pump-09", "--ttl", "90d");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("90d is longer than the policy's 24h");
  }

  @Test
  void the_public_log_verifies_without_the_server() {
    CommandLineRun run =
        CommandLineRun.of("verify", server.process().folder().publicLog().toString());
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
  }

  private void enrol(String id) throws Exception {
    CommandLineRun token = server.cli("token", "create", id);
    assertThat(token.exitCode()).as(token.err()).isZero();
    sh(
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %1$s.key"
            + " -subj /CN=%1$s -outform der 2>/dev/null | base64 > %1$s.csr",
        id);
    sh(
        "curl -sS --fail-with-body --cacert ca.pem -u %1$s:%2$s -H 'Content-Type:"
            + " application/pkcs10' --data-binary @%1$s.csr"
            + " https://localhost:%3$d/.well-known/est/simpleenroll | base64 -d"
            + " | openssl pkcs7 -inform der -print_certs -out %1$s.pem",
        id, token.out().strip(), address.httpsPort());
  }

  private Process subscribe(String id, String version) throws IOException {
    return new ProcessBuilder(
            "stdbuf",
            "-oL",
            "mosquitto_sub",
            "-d",
            "-V",
            version,
            "-h",
            "localhost",
            "-p",
            Integer.toString(address.mqttPort()),
            "-i",
            id,
            "-t",
            "c/" + id + "/#",
            "--cafile",
            "ca.pem",
            "--cert",
            id + ".pem",
            "--key",
            id + ".key")
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(id + ".out").toFile())
        .start();
  }

  private boolean awaitOutput(String id, String text) {
    return Patience.untilTrue(
        PATIENCE,
        () -> {
          try {
            return Files.readString(folder.resolve(id + ".out")).contains(text);
          } catch (IOException e) {
            return false;
          }
        });
  }

  private String newestEntry(String id) {
    return Patience.until(
            PATIENCE,
            () -> {
              CommandLineRun run = server.cli("decision", "list", "--json", "--subject", id);
              JsonNode index = JsonMapper.shared().readTree(run.out()).path(0).path("index");
              return index.isIntegralNumber()
                  ? java.util.Optional.of(index.toString())
                  : java.util.Optional.empty();
            })
        .orElseThrow();
  }

  private void sh(String command, Object... arguments) throws Exception {
    Process shell =
        new ProcessBuilder(List.of("bash", "-euo", "pipefail", "-c", command.formatted(arguments)))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).as(output).isZero();
  }
}

package org.thingward.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a real broker: Debian's mosquitto with mutual TLS. */
class MqttClientTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final TestAuthority authority = new TestAuthority("root of tests");
  private final Credential credential = authority.credential("pump-07");
  private Process mosquitto;
  private MqttClient client;

  @BeforeEach
  void startMosquitto() throws Exception {
    authority.credential("localhost").save(folder, "server");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path configuration =
        Files.writeString(
            folder.resolve("mosquitto.conf"),
            """
            listener %d 127.0.0.1
            allow_anonymous true
            cafile %s/ca.pem
            certfile %s/server.pem
            keyfile %s/server.key
            require_certificate true
            set_tcp_nodelay true
            """
                .formatted(port, folder, folder, folder));
    for (String name : List.of("", "ca.pem", "server.pem", "server.key", "mosquitto.conf")) {
      // The broker gives up root for its own user before it reads its keys.
      folder.resolve(name).toFile().setReadable(true, false);
      folder.resolve(name).toFile().setExecutable(true, false);
    }
    mosquitto =
        new ProcessBuilder("mosquitto", "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mosquitto.log").toFile())
            .start();
    awaitPort(port);
    client = new MqttClient(new ServerAddress("localhost", 1, port), InstantSource.system());
  }

  private void awaitPort(int port) throws Exception {
    for (int i = 0; i < 200 && mosquitto.isAlive(); i++) {
      try (Socket probe = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException notYet) {
        mosquitto.waitFor(25, TimeUnit.MILLISECONDS);
      }
    }
    throw new IllegalStateException(Files.readString(folder.resolve("mosquitto.log")));
  }

  @AfterEach
  void stopMosquitto() throws Exception {
    client.close();
    mosquitto.destroy();
    mosquitto.waitFor();
  }

  @Test
  void a_message_comes_back_in_either_version() {
    for (int version : new int[] {4, 5}) {
      MqttSettings settings = MqttSettings.of("pump-07").withVersion(version);
      try (MqttSession session = client.open(ClientTls.of(credential), settings)) {
        assertThat(session.acceptance().accepted()).isTrue();
        assertThat(session.subscribe("t/#", 1)).isEqualTo(1);
        assertThat(session.publishAcknowledged("t/pump-07", "21 °C")).isZero();
        Message message = session.nextMessage(SOON).orElseThrow();
        assertThat(message.topic()).isEqualTo("t/pump-07");
        assertThat(message.text()).isEqualTo("21 °C");
      }
    }
  }

  @Test
  void a_device_that_vanishes_leaves_its_will_and_one_that_says_goodbye_does_not() {
    try (MqttSession reader = client.open(ClientTls.of(credential), MqttSettings.of("reader"))) {
      int granted = reader.subscribe("w/#", 1);
      assertThat(granted).isEqualTo(1);
      MqttSettings quiet = MqttSettings.of("quiet").withWill(will("w/quiet"));
      client.open(ClientTls.of(credential), quiet).disconnect();
      MqttSettings loud = MqttSettings.of("loud").withWill(will("w/loud"));
      client.open(ClientTls.of(credential), loud).vanish();
      assertThat(reader.nextMessage(SOON).orElseThrow().topic()).isEqualTo("w/loud");
    }
  }

  private static Will will(String topic) {
    return new Will(topic, "gone".getBytes(StandardCharsets.UTF_8), 1, Duration.ZERO);
  }

  @Test
  void being_taken_over_is_noticed() {
    MqttSession first = client.open(ClientTls.of(credential), MqttSettings.of("twin"));
    try (MqttSession second = client.open(ClientTls.of(credential), MqttSettings.of("twin"))) {
      // mosquitto 2.0 ends the connection without a DISCONNECT; MqttLinkTest has the reason code.
      assertThat(first.awaitClosed(SOON)).isPresent();
      assertThat(second.isOpen()).isTrue();
      assertThat(first.isOpen()).isFalse();
      assertThatThrownBy(() -> first.publishAcknowledged("t/twin", "x"))
          .isInstanceOf(SessionClosed.class);
    }
  }

  @Test
  void without_a_certificate_no_session_comes_about() {
    ClientTls nobody = ClientTls.anonymous(List.of(authority.root()));
    assertThatThrownBy(() -> client.open(nobody, MqttSettings.of("nobody")))
        .isInstanceOf(ServerUnreachable.class)
        .hasMessageContaining("no session");
  }

  @Test
  void a_server_under_another_authority_is_not_believed() {
    Credential foreign = new TestAuthority("somebody else").credential("pump-07");
    assertThatThrownBy(() -> client.open(ClientTls.of(foreign), MqttSettings.of("pump-07")))
        .isInstanceOf(ServerUnreachable.class);
  }
}

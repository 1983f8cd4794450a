package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.ServerCredential;

class UpstreamTest {
  private static final String PASSWORD = "5b0c9e17d2f84a63";

  @TempDir Path folder;

  @Test
  void an_address_with_a_user_takes_its_password_from_a_file() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    Upstream upstream =
        Upstream.parse("mqtts://me@broker.example", Optional.of(file), Optional.empty());
    assertThat(upstream.host()).isEqualTo("broker.example");
    assertThat(upstream.port()).isEqualTo(8883);
    assertThat(upstream.tls()).isTrue();
    assertThat(upstream.credential()).contains(new Upstream.Credential("me", PASSWORD));
    assertThat(upstream.toString()).doesNotContain(PASSWORD);
  }

  @Test
  void wrong_addresses_are_named() {
    for (String wrong : List.of("http://x", "broker", "mqtt://", "mqtt:x", "mqtt://a b")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Upstream.parse(wrong, Optional.empty(), Optional.empty()))
          .withMessageContaining("is no broker");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Upstream.parse("mqtt://u:p@host", Optional.empty(), Optional.empty()))
        .withMessageContaining("in a file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Upstream.parse("mqtt://u@host", Optional.empty(), Optional.empty()))
        .withMessageContaining("password file");
  }

  @Test
  void a_broker_is_reached_over_tls_with_the_gateways_own_credential() throws Exception {
    TestPki pki = new TestPki();
    ServerCredential own = pki.server();
    Path keys = pki.write(new TestPki.Holder(own.key(), own.chain().getFirst()), folder);
    try (Mosquitto broker = Mosquitto.startWithTls(folder, keys, "gateway", PASSWORD)) {
      Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
      Upstream right =
          Upstream.parse(
              "mqtts://gateway@localhost:" + broker.port(),
              Optional.of(password),
              Optional.of(keys.resolve("root.pem")));
      try (House house = new House(right);
          RawClient pump = house.raw(house.device("pump"))) {
        pump.connect5("pump").ping();
      }
      Path wrong = Files.writeString(folder.resolve("wrong"), "guess\n");
      Upstream refused =
          Upstream.parse(
              "mqtts://gateway@localhost:" + broker.port(),
              Optional.of(wrong),
              Optional.of(keys.resolve("root.pem")));
      try (House house = new House(refused);
          RawClient pump = house.raw(house.device("pump"))) {
        pump.send(RawClient.connect(4, 2, 60, "pump", "", ""));
        assertThat(pump.next()).isEqualTo("20020003");
      }
      Upstream unproven =
          Upstream.parse(
              "mqtts://gateway@localhost:" + broker.port(),
              Optional.of(password),
              Optional.empty());
      try (House house = new House(unproven);
          RawClient pump = house.raw(house.device("pump"))) {
        pump.send(RawClient.connect(4, 2, 60, "pump", "", ""));
        assertThat(pump.next()).isEqualTo("20020003");
      }
    }
  }

  @Test
  void a_password_that_anybody_tries_is_refused_with_what_to_do_and_without_showing_it()
      throws IOException {
    for (String known : List.of("xc3511", "HiveMQ", "me", "")) {
      Path file = Files.writeString(folder.resolve("known"), known + "\n");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Upstream.parse("mqtt://me@host", Optional.of(file), Optional.empty()))
          .withMessageContaining("anybody tries")
          .withMessageContaining("openssl rand -hex 16")
          .satisfies(refused -> {
            if (known.length() > 2) {
              assertThat(refused.getMessage()).doesNotContain(known);
            }
          });
    }
  }
}

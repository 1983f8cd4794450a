package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void nothing_given_means_the_documented_ports_and_a_broker_of_our_own() {
    Settings settings = Settings.read(List.of());
    assertThat(settings.mqttPort()).isEqualTo(8883);
    assertThat(settings.httpsPort()).isEqualTo(8443);
    assertThat(settings.operatorPort()).isEqualTo(9443);
    assertThat(settings.operatorListen()).isEqualTo("127.0.0.1");
    assertThat(settings.broker()).isEmpty();
    assertThat(settings.tls12()).isFalse();
    assertThat(settings.certificateLife()).isEqualTo(Duration.ofDays(7));
  }

  @Test
  void flags_go_before_the_file() throws Exception {
    Path file = file("https-port: 1\nmqtt-port: 2\nhost: [a.example, 10.0.0.1]\ntls-1-2: yes\n");
    Settings settings =
        Settings.read(
            List.of(
                "--config", file.toString(), "--https-port=7", "--broker", "mqtt://broker:1883"));
    assertThat(settings.httpsPort()).isEqualTo(7);
    assertThat(settings.mqttPort()).isEqualTo(2);
    assertThat(settings.hosts()).containsExactly("a.example", "10.0.0.1");
    assertThat(settings.tls12()).isTrue();
    assertThat(settings.broker()).contains(URI.create("mqtt://broker:1883"));
  }

  @Test
  void an_unknown_key_is_an_error_that_names_the_place_and_the_nearest_one() throws Exception {
    refused(
        "--mqtt-prot: there is no setting 'mqtt-prot'. Did you mean 'mqtt-port'?",
        "--mqtt-prot",
        "1");
    Path file = file("data: x\nhttp-port: 1\n");
    refused(
        file + ":2:1: there is no setting 'http-port'. Did you mean 'https-port'?",
        "--config",
        file.toString());
  }

  @Test
  void every_bad_value_is_named_with_its_place() throws Exception {
    Map<String, List<String>> cases =
        Map.of(
            "--mqtt-port: a port is a number from 0 to 65535.",
            List.of("--mqtt-port", "70000"),
            "--https-port: a value must follow.",
            List.of("--https-port"),
            "'up' is no setting; settings begin with --.",
            List.of("up"),
            "--certificate-life: a duration is written 7d, 36h, 15m or 90s.",
            List.of("--certificate-life", "7"),
            "--broker: a URL of the form mqtt|mqtts://HOST:PORT.",
            List.of("--broker", "http://x"),
            "--policy: the file nowhere.yaml cannot be read.",
            List.of("--policy", "nowhere.yaml"),
            "--device-ca-mapping: there is no --device-ca that it is about.",
            List.of("--device-ca-mapping", "common-name"),
            "--operator-listen: write 127.0.0.1 for this machine alone, 0.0.0.0 or :: for all.",
            List.of("--operator-listen", "192.0.2.1"),
            "--operator-listen: other machines reach the console under a name of its own, which passkeys are bound to. Give --console-name too.",
            List.of("--operator-listen", "0.0.0.0"),
            "--tls-1-2: is yes or no, not 'maybe'.",
            List.of("--tls-1-2=maybe"));
    cases.forEach((message, arguments) -> refused(message, arguments.toArray(String[]::new)));
    Path twice = file("data: x\ndata: y\n");
    assertThatThrownBy(() -> Settings.read(List.of("--config", twice.toString())))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageContaining("2:1");
    Path nested = file("host: {a: b}\n");
    refused(nested + ":1:7: a single value belongs here.", "--config", nested.toString());
    Path broken = file("host: [a\n");
    assertThatThrownBy(() -> Settings.read(List.of("--config", broken.toString())))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageContaining(broken + ":2:1:");
  }

  @Test
  void help_names_every_setting() {
    assertThat(Settings.help()).contains("--mqtt-port PORT", "--device-ca FILE", "--data DIR");
  }

  private static void refused(String message, String... arguments) {
    assertThatThrownBy(() -> Settings.read(List.of(arguments)))
        .isInstanceOf(SettingsRefused.class)
        .hasMessage(message);
  }

  private Path file(String text) throws Exception {
    return Files.writeString(Files.createTempFile(folder, "settings", ".yaml"), text);
  }
}

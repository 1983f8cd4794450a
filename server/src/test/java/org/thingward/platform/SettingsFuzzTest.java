package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;

/** Whatever is given as settings: read, or refused with its place. */
class SettingsFuzzTest {
  /** A certificate that the JDK's reader breaks on. */
  private static final String KEYLESS =
      "MG4wXgIBATAFBgMrZXAwEjEQMA4GA1UEAwwHcHVtcC0wNzAeFw0yMDAxMDEwMDAwMDBaFw00MDAx"
          + "MDEwMDAwMDBaMBIxEDAOBgNVBAMMB3B1bXAtMDcwCjAFBgMrZXADAQAwBQYDK2VwAwUAAAAAAA==";

  private static final Path FILE = file();
  private static final List<byte[]> SOUND =
      Stream.of(
              "data: x\nhost: [a, 'b']\nhttps-port: 8443\ntls-1-2: yes\n",
              "broker: mqtts://gateway@broker:8883\ncertificate-life: 7d\njson: no\n",
              "database: jdbc:postgresql://localhost/x\npublic-url: https://x.example:8443\n",
              "--mqtt-port=0\n--host\nx\n--tls-1-2",
              "-----BEGIN CERTIFICATE-----\n" + KEYLESS + "\n-----END CERTIFICATE-----\n")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_settings_are_read_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_settings_are_read_or_refused() {
    Damage.each(2_000, SOUND, SettingsFuzzTest::read);
  }

  @Test
  void what_is_nested_deeply_or_repeats_itself_is_refused_with_its_place() {
    for (String text :
        List.of(
            "host: " + "[".repeat(30_000),
            "host: " + "[".repeat(30_000) + "]".repeat(30_000),
            "- ".repeat(30_000) + "x",
            "host: &a [x]\nlisten: *a",
            "host: &a [*a]",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]")) {
      assertThatThrownBy(() -> settings(text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(SettingsRefused.class)
          .hasMessageStartingWith(FILE + ":");
    }
  }

  @Test
  void a_file_that_is_not_utf_8_or_names_no_path_is_refused() {
    assertThatThrownBy(() -> settings(new byte[] {'d', (byte) 0xff}))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> settings("policy: \"a\\0b\"".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageContaining("1:9: this is no path");
  }

  @Test
  void a_certificate_whose_Ed25519_key_has_no_byte_is_refused_with_its_file() throws IOException {
    Files.write(FILE, Base64.getDecoder().decode(KEYLESS));
    assertThatThrownBy(() -> CertificateFile.read("--tpm-ca", FILE))
        .isInstanceOf(SettingsRefused.class)
        .hasMessageStartingWith("--tpm-ca " + FILE);
  }

  private static void read(byte[] bytes) {
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    refusedOr(() -> Settings.read(lines));
    refusedOr(() -> settings(bytes));
    try {
      assertThat(CertificateFile.read("--tpm-ca", FILE)).isNotEmpty();
    } catch (SettingsRefused refused) {
      assertThat(refused).hasMessageStartingWith("--tpm-ca " + FILE);
    }
  }

  private static Settings settings(byte[] bytes) {
    try {
      Files.write(FILE, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Settings.read(List.of("--config", FILE.toString()));
  }

  private static void refusedOr(java.util.function.Supplier<Settings> reading) {
    try {
      assertThat(reading.get().mqttPort()).isBetween(0, 65_535);
    } catch (SettingsRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("settings", ".yaml");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

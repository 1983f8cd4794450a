package org.thingward.verify.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thingward.verify.tpm.TpmAlgorithm;

/** Logs of real boots: see the README beside them. */
class BootLogTest {
  private static final TpmAlgorithm SHA256 = TpmAlgorithm.SHA256;

  static byte[] bytes(String name) {
    try (InputStream in =
        Objects.requireNonNull(BootLogTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void events_extended_once_more_give_the_values_that_tpm2_eventlog_computes() {
    int compared = 0;
    for (String line : new String(bytes("pcrs.txt"), US_ASCII).split("\n")) {
      String[] parts = line.split(" ");
      TpmAlgorithm bank = TpmAlgorithm.valueOf(parts[1].toUpperCase(Locale.ROOT));
      BootLog log = BootLog.read(bytes(parts[0]));
      assertThat(log.banks()).as(line).contains(bank);
      assertThat(log.replay(bank).get(Integer.parseInt(parts[2]))).as(line).isEqualTo(parts[3]);
      compared++;
    }
    assertThat(compared).isEqualTo(110);
  }

  @Test
  void a_log_that_crashes_another_reader_is_read_and_one_that_breaks_off_is_refused() {
    byte[] whole = bytes("option_rom_eventlog");
    assertThat(BootLog.read(whole).events()).hasSizeGreaterThan(50);
    for (int length : List.of(0, 31, 200, whole.length - 1)) {
      assertThatThrownBy(() -> BootLog.read(Arrays.copyOf(whole, length)))
          .isInstanceOf(BootLogRefused.class)
          .hasMessageContaining("it breaks off");
    }
  }

  @Test
  void an_algorithm_that_is_no_hash_makes_no_bank() {
    byte[] whole = bytes("event-sd-boot-fedora37.bin");
    int dataBegins = 32;
    byte[] first = Arrays.copyOf(whole, dataBegins + whole[28]);
    int firstAlgorithm = dataBegins + 28;
    assertThat(BootLog.read(first).banks()).containsExactly(SHA256);
    for (TpmAlgorithm other : List.of(TpmAlgorithm.RSA, TpmAlgorithm.ECDSA)) {
      first[firstAlgorithm] = (byte) other.number();
      assertThat(BootLog.read(first).banks()).isEmpty();
    }
  }

  @Test
  void a_log_that_is_too_large_or_has_too_many_events_is_refused() {
    assertThatThrownBy(() -> BootLog.read(new byte[BootLog.LARGEST + 1]))
        .isInstanceOf(BootLogRefused.class)
        .hasMessageContaining("more than");
    byte[] many = new byte[32 * 20_002];
    // Events of PCR 1 and kind 1 with no data: 4 + 4 + 20 + 4 bytes, over and over.
    for (int at = 0; at + 32 <= many.length; at += 32) {
      many[at] = 1;
      many[at + 4] = 1;
      many[at + 8] = 1;
    }
    assertThatThrownBy(() -> BootLog.read(many))
        .isInstanceOf(BootLogRefused.class)
        .hasMessageContaining("more than 20000 events");
  }

  @Test
  void who_started_the_tpm_shows_in_the_first_value_of_pcr_0() {
    BootLog only = BootLog.read(bytes("short_no_action_eventlog"));
    assertThat(only.replay(TpmAlgorithm.SHA1)).containsEntry(0, "0".repeat(39) + "3");
  }

  @Test
  void a_log_agrees_with_the_quote_of_its_boot_and_no_other_does() {
    BootLog log = BootLog.read(bytes("event-sd-boot-fedora37.bin"));
    SortedMap<Integer, String> quoted = new TreeMap<>(log.replay(SHA256));
    log.requireAgreement(SHA256, quoted);
    for (int pcr : List.of(0, 4, 7)) {
      SortedMap<Integer, String> other = new TreeMap<>(quoted);
      other.put(pcr, "0".repeat(64));
      assertThatThrownBy(() -> log.requireAgreement(SHA256, other))
          .isInstanceOf(BootLogRefused.class)
          .hasMessageContaining("PCR " + pcr);
    }
    // What the operating system measures is not in the firmware's log.
    quoted.put(10, "1".repeat(64));
    log.requireAgreement(SHA256, quoted);
  }

  @Test
  void leaving_out_one_event_or_turning_any_bit_of_a_digest_is_found() {
    BootLog log = BootLog.read(bytes("event-sd-boot-fedora37.bin"));
    SortedMap<Integer, String> quoted = log.replay(SHA256);
    for (int i = 0; i < log.events().size(); i++) {
      if (!log.events().get(i).isMeasured() || log.events().get(i).pcr() > 7) {
        continue;
      }
      List<BootEvent> fewer = new ArrayList<>(log.events());
      fewer.remove(i);
      assertThatThrownBy(() -> new BootLog(log.banks(), fewer).requireAgreement(SHA256, quoted))
          .isInstanceOf(BootLogRefused.class);
      List<BootEvent> changed = new ArrayList<>(log.events());
      BootEvent event = changed.get(i);
      byte[] digest = HexFormat.of().parseHex(event.digests().get(SHA256));
      digest[i % 32] ^= 1;
      TreeMap<TpmAlgorithm, String> digests = new TreeMap<>(event.digests());
      digests.put(SHA256, HexFormat.of().formatHex(digest));
      changed.set(i, new BootEvent(event.pcr(), event.kind(), digests, event.data()));
      assertThatThrownBy(() -> new BootLog(log.banks(), changed).requireAgreement(SHA256, quoted))
          .isInstanceOf(BootLogRefused.class);
    }
  }

  @Test
  void secure_boot_is_on_or_off_only_where_it_was_measured_so() {
    assertThat(secureBoot("event-moklisttrusted.bin")).isEqualTo(SecureBoot.ON);
    assertThat(secureBoot("sb_cert_eventlog")).isEqualTo(SecureBoot.ON);
    assertThat(secureBoot("event-sd-boot-fedora37.bin")).isEqualTo(SecureBoot.OFF);
    assertThat(secureBoot("event-arch-linux.bin")).isEqualTo(SecureBoot.OFF);
    assertThat(secureBoot("coreos_36_shielded_vm_no_secure_boot_eventlog"))
        .isEqualTo(SecureBoot.OFF);
  }

  private static SecureBoot secureBoot(String name) {
    return SecureBoot.of(BootLog.read(bytes(name)), SHA256);
  }

  @Test
  void a_log_that_says_more_than_was_measured_says_nothing_of_secure_boot() {
    BootLog log = BootLog.read(bytes("coreos_36_shielded_vm_no_secure_boot_eventlog"));
    List<BootEvent> lying = new ArrayList<>();
    for (BootEvent event : log.events()) {
      if (event.words().endsWith("SecureBoot off")) {
        byte[] data = event.data();
        data[data.length - 1] = 1;
        lying.add(new BootEvent(event.pcr(), event.kind(), event.digests(), data));
      } else {
        lying.add(event);
      }
    }
    BootLog forged = new BootLog(log.banks(), lying);
    // Its digests are as they were, so that it agrees with the quote.
    forged.requireAgreement(SHA256, log.replay(SHA256));
    assertThat(SecureBoot.of(forged, SHA256)).isEqualTo(SecureBoot.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "coreos_36_shielded_vm_no_secure_boot_eventlog",
        "event-arch-linux.bin",
        "event-moklisttrusted.bin",
        "event-uefi-sha1-log.bin",
        "option_rom_eventlog"
      })
  void every_event_has_words_that_can_be_shown(String name) {
    for (BootEvent event : BootLog.read(bytes(name)).events()) {
      assertThat(event.words()).isNotBlank().hasSizeLessThan(260).doesNotContain("\n", "\0");
    }
  }

  @Test
  void words_name_programs_variables_and_actions() {
    List<String> words =
        BootLog.read(bytes("event-arch-linux.bin")).events().stream()
            .map(BootEvent::words)
            .toList();
    assertThat(words.toString()).contains("program started", "\\EFI\\", "variable SecureBoot");
  }
}

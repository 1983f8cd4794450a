package org.thingward.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Digest;
import org.thingward.verify.boot.BootLog;
import org.thingward.verify.boot.BootLogRefused;
import org.thingward.verify.boot.SecureBoot;
import org.thingward.verify.tpm.TpmAlgorithm;

/** That an event log agreed is remembered of nothing but the same bytes beside the same values. */
class AgreedLogsTest {
  private final byte[] log = resource("/org/thingward/verify/boot/event-arch-linux.bin");
  private final SortedMap<Integer, String> values = firmware(TpmAlgorithm.SHA256);
  private final AgreedLogs logs = new AgreedLogs();

  @Test
  void a_log_that_agreed_before_agrees_again_and_says_the_same() {
    AgreedLogs.Agreed first = logs.require(log, TpmAlgorithm.SHA256, values);
    assertThat(first.log()).isEqualTo(Digest.of(log));
    assertThat(first.secure()).isEqualTo(SecureBoot.of(BootLog.read(log), TpmAlgorithm.SHA256));
    assertThat(logs.require(log.clone(), TpmAlgorithm.SHA256, values)).isEqualTo(first);
  }

  @Test
  void no_other_bytes_pass_for_a_log_that_agreed() {
    remember();
    // Whichever bit is another, what comes of it is what comes of it where nothing is remembered.
    for (int at = 0; at < log.length; at += 97) {
      byte[] other = log.clone();
      other[at] ^= 1;
      assertThat(outcome(logs, other, values))
          .as("byte %d", at)
          .isEqualTo(outcome(new AgreedLogs(), other, values));
    }
    byte[] shorter = Arrays.copyOf(log, log.length - 1);
    assertThatThrownBy(() -> logs.require(shorter, TpmAlgorithm.SHA256, values))
        .isInstanceOf(BootLogRefused.class);
  }

  @Test
  void a_log_that_agreed_with_other_values_is_replayed_against_these() {
    remember();
    for (int pcr = 0; pcr < 8; pcr++) {
      SortedMap<Integer, String> other = new TreeMap<>(values);
      other.put(pcr, "ab".repeat(32));
      assertThatThrownBy(() -> logs.require(log, TpmAlgorithm.SHA256, other))
          .isInstanceOf(BootLogRefused.class)
          .hasMessageContaining("PCR");
    }
    assertThatThrownBy(() -> logs.require(log, TpmAlgorithm.SHA384, values))
        .isInstanceOf(BootLogRefused.class);
  }

  @Test
  void what_did_not_agree_is_not_remembered() {
    SortedMap<Integer, String> other = new TreeMap<>(values);
    other.put(7, "ab".repeat(32));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> logs.require(log, TpmAlgorithm.SHA256, other))
          .isInstanceOf(BootLogRefused.class);
    }
    assertThat(logs.require(log, TpmAlgorithm.SHA256, values).log()).isEqualTo(Digest.of(log));
  }

  private void remember() {
    assertThat(logs.require(log, TpmAlgorithm.SHA256, values).log()).isEqualTo(Digest.of(log));
  }

  private static String outcome(AgreedLogs by, byte[] log, SortedMap<Integer, String> quoted) {
    try {
      return by.require(log, TpmAlgorithm.SHA256, quoted).toString();
    } catch (BootLogRefused refused) {
      return "refused: " + refused.getMessage();
    }
  }

  private SortedMap<Integer, String> firmware(TpmAlgorithm bank) {
    SortedMap<Integer, String> replayed = BootLog.read(log).replay(bank);
    SortedMap<Integer, String> all = new TreeMap<>();
    for (int pcr = 0; pcr < 8; pcr++) {
      all.put(pcr, replayed.getOrDefault(pcr, "0".repeat(2 * bank.length())));
    }
    return all;
  }

  private static byte[] resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(AgreedLogsTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

package org.thingward.verify.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;
import org.thingward.verify.tpm.TpmAlgorithm;

/** Logs of boots from anyone: read, replayed and put into words, or refused with the place. */
class BootFuzzTest {
  private static final List<byte[]> SOUND =
      Stream.of(
              "event-sd-boot-fedora37.bin",
              "event-uefivar.bin",
              "event-uefi-sha1-log.bin",
              "short_no_action_eventlog",
              "ima-log-sha256")
          .map(BootLogTest::bytes)
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    readAll(bytes);
  }

  @Test
  void damaged_ones_are_read_or_refused() {
    Damage.each(2_000, SOUND, BootFuzzTest::readAll);
  }

  private static void readAll(byte[] bytes) {
    try {
      BootLog log = BootLog.read(bytes);
      for (TpmAlgorithm bank : log.banks()) {
        assertThat(SecureBoot.of(log, bank)).isNotNull();
        assertThat(log.events()).allSatisfy(event -> assertThat(event.words()).isNotBlank());
        log.requireAgreement(bank, log.replay(bank));
      }
    } catch (BootLogRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
    try {
      var unused = ImaList.read(bytes).requireAgreement(TpmAlgorithm.SHA256, "00".repeat(32));
    } catch (BootLogRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }
}

package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.ledger.TestLedgers.append;
import static org.thingward.ledger.TestLedgers.requireSound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.RecordingDisk.Change;
import org.thingward.verify.bundle.BundleReader;
import org.thingward.verify.bundle.BundleReport;
import org.thingward.verify.bundle.BundleVerifier;
import org.thingward.verify.bundle.BundleWriter;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.VerifierKey;

/** The log's keys are changed by an entry that the old ones sign. */
class LedgerKeyChangeTest {
  @TempDir private Path temp;

  private static LogReport verify(Path folder, List<VerifierKey> known) {
    return new LogVerifier(new LogSource.Directory(folder.resolve("log/public")), known).verify();
  }

  private static void requireVerified(Path folder, List<VerifierKey> known) {
    LogReport report = verify(folder, known);
    assertThat(report.ok()).as("%s", report.lines()).isTrue();
  }

  @Test
  void O6_what_the_logs_keys_say_is_believed_of_those_of_its_time_and_of_nothing_else()
      throws IOException {
    Path folder = temp.resolve("said");
    byte[] said = {1, 2, 3};
    try (TiledLedger ledger = TestLedgers.open(folder)) {
      byte[] note = ledger.attest("recovery", said);
      assertThat(ledger.openings().isAttested(1, "recovery", said, note)).isTrue();
      assertThat(ledger.openings().isAttested(1, "registration", said, note)).isFalse();
      assertThat(ledger.openings().isAttested(1, "recovery", new byte[3], note)).isFalse();
      assertThat(ledger.openings().isAttested(1, "recovery", said, new byte[0])).isFalse();
      byte[] head = ledger.publish().serialise();
      assertThat(ledger.openings().isAttested(1, "recovery", said, head)).isFalse();
      var changed = ledger.changeKeys("yearly");
      assertThat(changed.reason()).isEqualTo("yearly");
      long after = ledger.size();
      assertThat(ledger.openings().isAttested(1, "recovery", said, note)).isTrue();
      assertThat(ledger.openings().isAttested(after, "recovery", said, note)).isFalse();
      byte[] next = ledger.attest("recovery", said);
      assertThat(ledger.openings().isAttested(after, "recovery", said, next)).isTrue();
    }
  }

  @Test
  void L6_the_old_keys_sign_the_new_ones_in_an_entry_and_the_new_ones_take_over()
      throws IOException {
    List<VerifierKey> first;
    List<VerifierKey> third;
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      first = ledger.verifiers();
      append(ledger, "d1", "d1 before");
      assertThat(ledger.changeKeys("yearly").to()).isEqualTo(ledger.verifiers());
      assertThat(ledger.verifiers()).doesNotContainAnyElementsOf(first);
      requireVerified(temp, first);
      append(ledger, "d1", "d1 between");
      third = ledger.changeKeys("and again").to();
      append(ledger, "d1", "d1 after");
      requireSound(ledger);
    }
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      assertThat(ledger.verifiers()).isEqualTo(third);
      append(ledger, "d1", "d1 after a start");
      requireSound(ledger);
    }
    requireVerified(temp, first);
    requireVerified(temp, third);
    assertThat(verify(temp, first).checkpoint().orElseThrow().signatures()).hasSize(2);
    assertThat(LedgerKeys.open(temp, TestLedgers.RANDOMNESS).verifiers()).isEqualTo(third);
  }

  @Test
  void L6_a_proof_is_verified_by_who_knows_the_first_keys_alone() throws IOException {
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      List<VerifierKey> first = ledger.verifiers();
      append(ledger, "d1", "d1 before");
      ledger.changeKeys("yearly");
      append(ledger, "d1", "d1 after");
      byte[] file = BundleWriter.write(ledger.bundle(0, List.of(), List.of()));
      BundleReport report = BundleVerifier.verify(BundleReader.read(file), first);
      assertThat(report.ok()).as("%s", report.text()).isTrue();
      assertThat(report.text().toString()).contains("signed by the old and the new: yearly");
      try (TiledLedger other = TestLedgers.open(temp.resolve("other"))) {
        assertThat(BundleVerifier.verify(BundleReader.read(file), other.verifiers()).conclusion())
            .contains("its keys do not follow each other");
      }
    }
  }

  @Test
  void L6_a_crash_at_any_change_of_the_disk_leaves_the_old_keys_or_the_new() throws IOException {
    Path folder = temp.resolve("recorded");
    List<VerifierKey> first;
    try (TiledLedger ledger = TestLedgers.open(folder)) {
      first = ledger.verifiers();
      append(ledger, "d1", "d1 before");
    }
    PowerLoss disk = PowerLoss.startingFrom(folder);
    RecordingDisk recording = new RecordingDisk();
    try (TiledLedger ledger = TestLedgers.open(folder, Outbox.NONE, recording)) {
      recording.promised("changing");
      ledger.changeKeys("yearly");
      recording.promised("changed");
    }
    Random random = new Random(4);
    int number = 0;
    int old = 0;
    boolean done = false;
    for (Change change : recording.changes()) {
      disk.take(change);
      done |= change instanceof Change.Promised(Object what) && what.equals("changed");
      Path forced = temp.resolve("forced-" + number);
      Path torn = temp.resolve("torn-" + number++);
      disk.writeForced(Files.createDirectory(forced));
      disk.writeTorn(Files.createDirectory(torn), random);
      for (Path image : List.of(forced, torn)) {
        requireVerified(image, first);
        old += requireOldOrNew(image, first, done) ? 1 : 0;
      }
    }
    assertThat(old).isBetween(10, 2 * number - 10);
  }

  /** Opens what the crash left; returns whether the old keys are in force. */
  private static boolean requireOldOrNew(Path image, List<VerifierKey> first, boolean done)
      throws IOException {
    List<VerifierKey> now;
    try (TiledLedger ledger = TestLedgers.open(image)) {
      now = ledger.verifiers();
      append(ledger, "d1", "d1 after");
      requireSound(ledger);
    }
    assertThat(Files.exists(image.resolve("ledger-keys.next"))).isFalse();
    requireVerified(image, first);
    requireVerified(image, now);
    assertThat(done && now.equals(first)).isFalse();
    return now.equals(first);
  }

  @Test
  void L6_keys_that_nobody_announced_start_no_ledger() throws IOException {
    List<VerifierKey> first;
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      first = ledger.verifiers();
      append(ledger, "d1", "d1");
    }
    Files.delete(temp.resolve("ledger-keys"));
    assertThatThrownBy(() -> TestLedgers.open(temp))
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("was changed, or the keys were");
    requireVerified(temp, first);
  }

  @Test
  void L6_waiting_keys_that_no_entry_names_are_dropped() throws IOException {
    List<VerifierKey> first;
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      first = ledger.verifiers();
      append(ledger, "d1", "d1");
    }
    LedgerKeys.open(temp, TestLedgers.RANDOMNESS).makeNext(TestLedgers.RANDOMNESS);
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      assertThat(ledger.verifiers()).isEqualTo(first);
      assertThat(Files.exists(temp.resolve("ledger-keys.next"))).isFalse();
    }
  }

  @Test
  void L6_a_change_needs_a_reason_that_fits_on_a_line() {
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      assertThatThrownBy(() -> ledger.changeKeys(" ")).hasMessageContaining("a reason is one line");
      assertThat(Files.exists(temp.resolve("ledger-keys.next"))).isFalse();
      assertThat(ledger.size()).isEqualTo(1);
    }
  }
}

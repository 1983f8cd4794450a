package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.ledger.TestLedgers.append;
import static org.thingward.ledger.TestLedgers.requireSound;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.RecordingDisk.Change;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.Succession;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.log.WitnessPolicyReader;

/** The log's keys are stolen: it ends under its name and goes on under another. */
class LedgerSuccessionTest {
  private static final String WHY = "the server was broken into";

  @TempDir private Path temp;

  private static LogReport verify(
      Path folder, List<VerifierKey> known, Optional<WitnessPolicy> policy) {
    LogSource source = new LogSource.Directory(folder.resolve("log/public"));
    return new LogVerifier(source, known, policy).verify();
  }

  private static LogReport verify(Path folder, List<VerifierKey> known) {
    return verify(folder, known, Optional.empty());
  }

  @Test
  void L6_a_log_goes_on_under_another_name_and_the_old_keys_lead_nobody_there() throws IOException {
    List<VerifierKey> stolen;
    List<VerifierKey> fresh;
    String old;
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      append(ledger, "d1", "d1 before");
      ledger.changeKeys("yearly");
      append(ledger, "d1", "d1 between");
      stolen = ledger.verifiers();
      old = ledger.checkpoint().origin();
      ledger.succeed(Optional.empty(), WHY, "ada");
      fresh = ledger.verifiers();
      append(ledger, "d1", "d1 after");
      requireSound(ledger);
    }
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      assertThat(ledger.verifiers()).isEqualTo(fresh);
      ledger.changeKeys("yearly again");
      append(ledger, "d1", "d1 long after");
      requireSound(ledger);
    }
    LogReport report = verify(temp, fresh);
    assertThat(report.ok()).as("%s", report.lines()).isTrue();
    assertThat(report.checkpoint().orElseThrow().origin()).isNotEqualTo(old);
    assertThat(report.lines().toString())
        .contains("it was " + old + " until entry 4", "ended by ada: " + WHY)
        .contains("the first 4 entries of that name are believed")
        .contains("without a quorum: by the word of ada alone");
    LogReport astray = verify(temp, stolen);
    assertThat(astray.ok()).isFalse();
    assertThat(astray.fault().orElseThrow().toString())
        .startsWith("succession: " + old + " ended at entry 4")
        .contains(WHY, "ask its operator for the keys");
  }

  @Test
  void L6_what_the_old_log_holds_behind_the_checkpoint_that_is_believed_is_told()
      throws IOException {
    CheckpointSigner witness =
        CheckpointSigner.of("w/1", NoteAlgorithm.ED25519_COSIGNATURE, new byte[32]);
    String text = "witness w " + witness.verifier() + "\nquorum w\n";
    WitnessPolicy policy = WitnessPolicyReader.read(text.getBytes(StandardCharsets.UTF_8));
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      append(ledger, "d1", "d1 before the theft");
      Checkpoint head = ledger.publish();
      List<NoteSignature> lines = new ArrayList<>(head.signatures());
      lines.add(witness.sign(head, TestLedgers.TIME.now()));
      append(ledger, "d1", "d1 by the thief");
      append(ledger, "d1", "d1 by the thief again");
      ledger.succeed(Optional.of(head.with(lines)), WHY, "ada");
      LogReport report = verify(temp, ledger.verifiers(), Optional.of(policy));
      assertThat(report.fault()).isEmpty();
      assertThat(report.lines().toString())
          .contains("the first 2 entries of that name are believed")
          .contains("by a checkpoint that a quorum of witnesses cosigned: w")
          .contains("entries 2 to 3 came after it: they are on record, and not believed");
    }
  }

  @Test
  void L6_a_succession_rests_on_no_checkpoint_but_a_signed_beginning_of_the_log() {
    try (TiledLedger ledger = TestLedgers.open(temp.resolve("log"));
        TiledLedger other = TestLedgers.open(temp.resolve("other"))) {
      append(ledger, "d1", "d1");
      Checkpoint head = ledger.publish();
      for (Checkpoint wrong :
          List.of(
              other.publish(),
              head.with(List.of()),
              new Checkpoint(head.origin(), 1, head.root(), head.signatures()))) {
        assertThatThrownBy(() -> ledger.succeed(Optional.of(wrong), WHY, "ada"))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("is no signed beginning of this log");
      }
      assertThatThrownBy(() -> ledger.succeed(Optional.empty(), WHY, ""))
          .hasMessageContaining("one line");
      assertThat(ledger.size()).isEqualTo(2);
      assertThat(ledger.publish().origin()).isEqualTo(head.origin());
    }
  }

  @Test
  void L6_a_succession_that_was_changed_is_refused() throws IOException {
    List<VerifierKey> fresh;
    try (TiledLedger ledger = TestLedgers.open(temp)) {
      append(ledger, "d1", "d1");
      ledger.succeed(Optional.empty(), WHY, "ada");
      fresh = ledger.verifiers();
    }
    Path file = temp.resolve("log/public/succession");
    byte[] sound = Files.readAllBytes(file);
    List<String> told = verify(temp, fresh).lines();
    Random random = new Random(6);
    for (int i = 0; i < 300; i++) {
      byte[] changed = sound.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, changed);
      LogReport report = verify(temp, fresh);
      assertThat(!report.ok() || report.lines().equals(told)).as("%s", report.lines()).isTrue();
    }
  }

  @Test
  void L6_nobody_is_told_that_a_log_ended_by_who_did_not_write_its_last_entry() throws IOException {
    List<VerifierKey> keys;
    Path thief = temp.resolve("thief");
    Path real = temp.resolve("real");
    try (TiledLedger ledger = TestLedgers.open(real);
        TiledLedger other = TestLedgers.open(thief)) {
      keys = ledger.verifiers();
      append(ledger, "d1", "d1");
      append(other, "d1", "d1");
      Checkpoint head = ledger.publish();
      other.succeed(Optional.empty(), "come to me", "thief");
      Succession theirs =
          Succession.parse(Files.readAllBytes(thief.resolve("log/public/succession")));
      Succession forged =
          new Succession(theirs.leaf(), theirs.opening(), head, theirs.keyHistory());
      Files.write(real.resolve("log/public/succession"), forged.serialise());
      LogReport report = verify(real, keys);
      assertThat(report.ok()).isFalse();
      assertThat(report.lines().toString()).doesNotContain("come to me");
      LogReport unsigned = verify(real, other.verifiers());
      assertThat(unsigned.lines().toString()).doesNotContain("come to me");
    }
  }

  @Test
  void L6_a_crash_at_any_change_of_the_disk_leaves_the_old_name_or_the_new() throws IOException {
    Path folder = temp.resolve("recorded");
    List<VerifierKey> stolen;
    try (TiledLedger ledger = TestLedgers.open(folder)) {
      stolen = ledger.verifiers();
      append(ledger, "d1", "d1 before");
    }
    PowerLoss disk = PowerLoss.startingFrom(folder);
    RecordingDisk recording = new RecordingDisk();
    try (TiledLedger ledger = TestLedgers.open(folder, Outbox.NONE, recording)) {
      ledger.succeed(Optional.empty(), WHY, "ada");
      recording.promised("succeeded");
    }
    Random random = new Random(8);
    int number = 0;
    int old = 0;
    boolean done = false;
    for (Change change : recording.changes()) {
      disk.take(change);
      done |= change instanceof Change.Promised;
      Path image = Files.createDirectory(temp.resolve("image-" + number++));
      if (number % 2 == 0) {
        disk.writeForced(image);
      } else {
        disk.writeTorn(image, random);
      }
      LogSource left = new LogSource.Directory(image.resolve("log/public"));
      boolean renaming = Files.exists(image.resolve("ledger-keys.next"));
      LogReport meanwhile = new LogVerifier(left, LogVerifier.keysOf(left)).verify();
      assertThat(meanwhile.ok() || renaming).as("%s", meanwhile.lines()).isTrue();
      try (TiledLedger ledger = TestLedgers.open(image)) {
        append(ledger, "d1", "d1 after");
        requireSound(ledger);
        boolean before = ledger.verifiers().equals(stolen);
        assertThat(done && before).isFalse();
        old += before ? 1 : 0;
      }
      assertThat(Files.exists(image.resolve("ledger-keys.next"))).isFalse();
    }
    assertThat(old).isBetween(5, number - 5);
  }
}

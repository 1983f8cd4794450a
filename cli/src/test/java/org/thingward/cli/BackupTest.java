package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.NoteAlgorithm;

/** A real server's data are backed up, and put back, or not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupTest {
  private Path folder;
  private Path data;
  private Path key;
  private Path backup;

  @BeforeAll
  void backUp(@TempDir Path temporary) throws IOException {
    folder = temporary;
    data = folder.resolve("data");
    backup = folder.resolve("thingward.backup");
    key = folder.resolve("kek");
    try (RunningServer server = RunningServer.start(data)) {
      assertThat(server.cli("token", "create", "pump-1").exitCode()).isZero();
      assertThat(server.cli("product", "add", "pump").exitCode()).isZero();
      CommandLineRun early = server.cli("backup", backup.toString());
      assertThat(early.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(early.err()).contains("stop it first");
      assertThat(backup).doesNotExist();
    }
    Files.copy(data.resolve("keys/key-encryption-key"), key);
    CommandLineRun made = run("backup", backup.toString(), "--data", data.toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out()).contains("Keep a copy of");
  }

  @AfterEach
  void nothingHalfDoneIsLeft() {
    assertThat(folder.resolve("back.restoring")).doesNotExist();
  }

  @Test
  void it_is_for_its_owner_alone_and_shows_nothing_of_what_is_in_it() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    String bytes = Files.readString(backup, StandardCharsets.ISO_8859_1);
    assertThat(bytes).doesNotContain("thingward-ledger-keys").doesNotContain("pump-1");
    CommandLineRun again = run("backup", backup.toString(), "--data", data.toString());
    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("never written over another file");
  }

  @Test
  void a_restored_server_goes_on_with_the_same_devices_and_the_same_log() throws Exception {
    Path seen = data.resolve("ledger/public/checkpoint");
    Path back = folder.resolve("back");
    CommandLineRun restored = restore(backup, back, key, seen.toString());
    assertThat(restored.exitCode()).as(restored.err()).isZero();
    assertThat(Files.readAllBytes(back.resolve("keys/ledger-keys")))
        .isEqualTo(Files.readAllBytes(data.resolve("keys/ledger-keys")));
    try (Stream<Path> all = Files.walk(back)) {
      for (Path path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .endsWith("------");
      }
    }
    try (RunningServer server = RunningServer.start(back)) {
      assertThat(server.cli("token", "list").out()).contains("device:pump-1", "open");
      assertThat(server.cli("token", "create", "pump-2").exitCode()).isZero();
    }
    Checkpoint then = Checkpoint.parse(Files.readAllBytes(seen));
    Checkpoint now = Checkpoint.parse(Files.readAllBytes(back.resolve("ledger/public/checkpoint")));
    assertThat(now.origin()).isEqualTo(then.origin());
    assertThat(now.size()).isGreaterThan(then.size());
    assertThat(run("verify", back.resolve("ledger/public").toString()).exitCode()).isZero();
    Folders.delete(back);
  }

  @Test
  void it_goes_into_an_empty_directory_only_and_opens_with_its_own_key_only() throws IOException {
    assertThat(restore(backup, data, key, "none").err()).contains("is not empty");
    Path other = folder.resolve("other-kek");
    Files.writeString(
        other, "thingward-kek-v1:" + Base64.getEncoder().encodeToString(new byte[32]) + "\n");
    Path back = folder.resolve("back");
    CommandLineRun refused = restore(backup, back, other, "none");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("is sealed by key-encryption key");
    assertThat(back).doesNotExist();
    assertThat(run("restore", backup.toString(), "--data", back.toString()).exitCode())
        .as("without saying what was published")
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void L5_a_changed_or_shortened_backup_leaves_nothing_behind() throws IOException {
    byte[] whole = Files.readAllBytes(backup);
    Path broken = folder.resolve("broken.backup");
    Path back = folder.resolve("back");
    for (int at : List.of(60, whole.length / 2, whole.length - 1)) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(broken, changed);
      CommandLineRun refused = restore(broken, back, key, "none");
      assertThat(refused.exitCode()).as("changed at %d", at).isEqualTo(ExitCode.FAILED);
      assertThat(back).doesNotExist();
    }
    int chunk = SealedChunks.CHUNK + 16;
    for (int length : List.of(10, whole.length - 1, whole.length - whole.length % chunk)) {
      Files.write(broken, java.util.Arrays.copyOf(whole, length));
      CommandLineRun refused = restore(broken, back, key, "none");
      assertThat(refused.exitCode()).as("cut at %d", length).isEqualTo(ExitCode.FAILED);
      assertThat(back).doesNotExist();
    }
  }

  @Test
  void L5_a_log_that_published_more_than_the_backup_holds_is_not_continued() throws IOException {
    Checkpoint head =
        Checkpoint.parse(Files.readAllBytes(data.resolve("ledger/public/checkpoint")));
    Path back = folder.resolve("back");
    CommandLineRun shortened = restore(backup, back, key, signed(head.size() + 5, head.root()));
    assertThat(shortened.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(shortened.err()).contains("would be a fork of itself");
    CommandLineRun forked =
        restore(backup, back, key, signed(head.size(), Digest.of(new byte[] {1})));
    assertThat(forked.err()).contains("one of the two was forked");
    String foreign = signed("example.com/log", head.size(), head.root());
    assertThat(restore(backup, back, key, foreign).err()).contains("example.com/log");
    assertThat(back).doesNotExist();
  }

  /** A checkpoint that this log's keys sign, whether or not the log is so. */
  private String signed(long size, Digest root) throws IOException {
    List<String> lines = Files.readAllLines(data.resolve("keys/ledger-keys"));
    return signed(lines.get(1).replace("origin ", ""), size, root);
  }

  private String signed(String origin, long size, Digest root) throws IOException {
    List<String> lines = Files.readAllLines(data.resolve("keys/ledger-keys"));
    Checkpoint head = new Checkpoint(origin, size, root, List.of());
    Instant now = Instant.now();
    Checkpoint signed =
        head.with(
            List.of(
                signer(origin, NoteAlgorithm.ED25519, lines.get(2)).sign(head, now),
                signer(origin, NoteAlgorithm.ML_DSA_44, lines.get(3)).sign(head, now)));
    Path file = folder.resolve("published");
    Files.write(file, signed.serialise());
    return file.toString();
  }

  private static CheckpointSigner signer(String origin, NoteAlgorithm algorithm, String line) {
    byte[] seed = Base64.getDecoder().decode(line.substring(line.indexOf(' ') + 1));
    return CheckpointSigner.of(origin, algorithm, seed);
  }

  private static CommandLineRun restore(Path file, Path into, Path key, String published) {
    return run(
        "restore",
        file.toString(),
        "--data",
        into.toString(),
        "--key-encryption-key",
        key.toString(),
        "--published",
        published);
  }

  private static CommandLineRun run(String... arguments) {
    return CommandLineRun.of(arguments);
  }
}

package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.EntryBundle;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.MerkleTree;
import org.thingward.verify.log.NoteAlgorithm;

/** Who verifies a log again and again remembers what it was. */
class VerifySeenTest {
  private static final CheckpointSigner KEY =
      CheckpointSigner.of("thingward/test", NoteAlgorithm.ED25519, new byte[32]);

  @TempDir private Path folder;

  /** A log of one entry, or of none; another entry for another {@code content}. */
  private String log(String content) throws IOException {
    Path log = folder.resolve("log-" + content);
    Files.createDirectories(log.resolve("tile/entries/000.p"));
    Files.createDirectories(log.resolve("tile/0/000.p"));
    Digest root = MerkleTree.EMPTY;
    if (!content.isEmpty()) {
      Digest some = Digest.of(content.getBytes(StandardCharsets.UTF_8));
      byte[] leaf = new Leaf(EntryType.DECISION, Instant.EPOCH, some, some).encode();
      root = MerkleTree.leafHash(leaf);
      Files.write(log.resolve("tile/entries/000.p/1"), EntryBundle.encode(List.of(leaf)));
      Files.write(log.resolve("tile/0/000.p/1"), root.bytes());
    }
    Checkpoint head = new Checkpoint("thingward/test", content.isEmpty() ? 0 : 1, root, List.of());
    Files.write(
        log.resolve("checkpoint"), head.with(List.of(KEY.sign(head, Instant.EPOCH))).serialise());
    Files.writeString(log.resolve("verifier-keys"), KEY.verifier() + "\n");
    return log.toString();
  }

  @Test
  void L6_a_log_that_was_shortened_or_forked_since_it_was_seen_is_not_verified()
      throws IOException {
    Path seen = folder.resolve("seen");
    String[] remembering = {"--seen", seen.toString()};
    for (String log : List.of(log(""), log("a"), log("a"))) {
      CommandLineRun run = CommandLineRun.of("verify", log, remembering[0], remembering[1]);
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    }
    byte[] kept = Files.readAllBytes(seen);
    assertThat(kept).isEqualTo(Files.readAllBytes(Path.of(log("a"), "checkpoint")));
    CommandLineRun forked = CommandLineRun.of("verify", log("b"), remembering[0], remembering[1]);
    assertThat(forked.exitCode()).isEqualTo(4);
    assertThat(forked.out())
        .contains("does not continue the one of 1 entries that was seen before");
    CommandLineRun shorter = CommandLineRun.of("verify", log(""), remembering[0], remembering[1]);
    assertThat(shorter.exitCode()).isEqualTo(4);
    assertThat(shorter.out()).contains("one of 1 entries of thingward/test was seen before");
    assertThat(Files.readAllBytes(seen)).isEqualTo(kept);
    Files.writeString(seen, "nothing of the kind");
    assertThat(CommandLineRun.of("verify", log("a"), remembering[0], remembering[1]).exitCode())
        .isEqualTo(4);
  }
}

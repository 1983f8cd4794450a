package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.ledger.TestLedgers.open;
import static org.thingward.ledger.TestLedgers.requireSound;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.TiledTree;

/** Kills a writing process again and again. {@code -Dledger.kills=1000} for a long run. */
class LedgerCrashTest {
  private static final int KILLS = Integer.getInteger("ledger.kills", 10);
  private static final String RECEIPT = "sha256:";
  private static final int RECEIPT_LENGTH = RECEIPT.length() + 64;

  @TempDir private Path folder;
  private final Set<String> acknowledged = new HashSet<>();
  private final Random random = new Random(KILLS);

  @Test
  void nothing_acknowledged_is_lost_when_the_process_is_killed() throws Exception {
    Checkpoint head = new Checkpoint("none", 0, Digest.of(), List.of());
    for (int kill = 0; kill < KILLS; kill++) {
      writeAndKill(1 + random.nextInt(3_000));
      head = requireContinues(head);
    }
    assertThat(acknowledged).isNotEmpty();
    try (TiledLedger ledger = open(folder)) {
      for (String receipt : acknowledged) {
        assertThat(ledger.index(new Receipt(Digest.parse(receipt)))).as(receipt).isPresent();
      }
      requireContinues(head);
      requireSound(ledger);
    }
  }

  private void writeAndKill(int afterLines) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerCrashChild.class.getName(),
                folder.toString())
            .redirectError(folder.resolve("child-errors").toFile())
            .start();
    try (BufferedReader out = child.inputReader()) {
      int lines = 0;
      String line = out.readLine();
      while (line != null) {
        if (line.startsWith(RECEIPT) && line.length() == RECEIPT_LENGTH) {
          acknowledged.add(line);
        }
        if (++lines == afterLines) {
          // The handle, unlike the process, leaves what the child has written readable.
          assertThat(child.toHandle().destroyForcibly()).isTrue();
        }
        line = out.readLine();
      }
      child.waitFor();
      assertThat(lines).as("%s", errors()).isGreaterThanOrEqualTo(afterLines);
    }
  }

  /** What is in public view now continues what was there before. */
  private Checkpoint requireContinues(Checkpoint before) throws IOException {
    Path log = folder.resolve("log/public");
    Checkpoint now = Checkpoint.parse(Files.readAllBytes(log.resolve("checkpoint")));
    assertThat(now.size()).isGreaterThanOrEqualTo(before.size());
    TiledTree tree = new TiledTree(new LogSource.Directory(log), now.size());
    if (before.size() > 0) {
      assertThat(tree.consistency(before.size()).proves(before.root(), now.root())).isTrue();
    }
    assertThat(tree.root()).isEqualTo(now.root());
    return now;
  }

  private String errors() throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("child-errors"))) {
      return String.join("\n", lines.limit(40).toList());
    }
  }
}

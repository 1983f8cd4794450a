package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.thingward.trust.Digest;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.TiledTree;

/** A log whose writing process is killed at random moments, and what it acknowledged before. */
final class KilledLog {
  private static final Pattern RECEIPT = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int WHILE_STARTING_MILLIS = 400;
  private static final int WHILE_WRITING_MILLIS = 150;

  private final Path folder;
  private final Random random;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private Checkpoint head = new Checkpoint("none", 0, Digest.of(), List.of());
  private int killedWhileWriting;

  KilledLog(Path folder, int seed) {
    this.folder = folder;
    this.random = new Random(seed);
  }

  Set<String> acknowledged() {
    return acknowledged;
  }

  /** Most kills come within 150 ms of the first receipt, a quarter somewhere in the start. */
  void writeAndKill() throws IOException, InterruptedException {
    boolean whileStarting = random.nextInt(4) == 0;
    CountDownLatch writes = new CountDownLatch(1);
    Process child = start();
    Thread reading = Thread.ofVirtual().start(() -> read(child, writes));
    int moment = random.nextInt(whileStarting ? WHILE_STARTING_MILLIS : WHILE_WRITING_MILLIS);
    if (!whileStarting) {
      assertThat(writes.await(60, TimeUnit.SECONDS)).as("%s", errors()).isTrue();
    }
    assertThat(child.waitFor(moment, TimeUnit.MILLISECONDS)).as("%s", errors()).isFalse();
    // The handle, unlike the process, leaves what the child has written readable.
    assertThat(child.toHandle().destroyForcibly()).isTrue();
    child.waitFor();
    reading.join();
    killedWhileWriting += writes.getCount() == 0 ? 1 : 0;
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath(),
            LedgerCrashChild.class.getName(),
            folder.toString())
        .redirectError(folder.resolve("child-errors").toFile())
        .start();
  }

  // Without a logger's implementation a child starts in half the time.
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("logback"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void read(Process child, CountDownLatch writes) {
    try (BufferedReader out = child.inputReader()) {
      String line = out.readLine();
      while (line != null) {
        if (RECEIPT.matcher(line).matches()) {
          acknowledged.add(line);
          writes.countDown();
        }
        line = out.readLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is in public view now continues what was there before: longer or the same, no fork. */
  void requireContinues() throws IOException {
    Path log = folder.resolve("log/public");
    if (head.size() == 0 && !Files.exists(log.resolve("checkpoint"))) {
      return;
    }
    Checkpoint now = Checkpoint.parse(Files.readAllBytes(log.resolve("checkpoint")));
    assertThat(now.size()).isGreaterThanOrEqualTo(head.size());
    TiledTree tree = new TiledTree(new LogSource.Directory(log), now.size());
    if (head.size() > 0) {
      assertThat(tree.consistency(head.size()).proves(head.root(), now.root())).isTrue();
    }
    assertThat(tree.root()).isEqualTo(now.root());
    head = now;
  }

  void requireThatKillsFellWhileWriting() {
    assertThat(killedWhileWriting).isGreaterThanOrEqualTo(16);
    assertThat(acknowledged).hasSizeGreaterThan(1_000);
  }

  private String errors() throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("child-errors"))) {
      return String.join("\n", lines.limit(40).toList());
    }
  }
}

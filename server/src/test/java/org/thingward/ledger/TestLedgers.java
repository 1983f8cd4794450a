package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.OpenedEntry;

/** Ledgers in a folder, and what must hold of any of them. */
final class TestLedgers {
  static final Time TIME = Time.ofMachine();
  static final Randomness RANDOMNESS = new Randomness(TIME);

  private TestLedgers() {}

  static TiledLedger open(Path folder) {
    return open(folder, Outbox.NONE, Disk.MACHINE);
  }

  static TiledLedger open(Path folder, Outbox outbox, Disk disk) {
    return open(folder, outbox, disk, Witnesses.NONE);
  }

  static TiledLedger open(Path folder, Outbox outbox, Disk disk, Witnesses witnesses) {
    try {
      Files.createDirectories(folder);
      LedgerKeys keys = LedgerKeys.open(folder, RANDOMNESS, disk);
      TiledLedger.Surroundings around = new TiledLedger.Surroundings(outbox, disk, witnesses);
      return TiledLedger.open(folder.resolve("log"), keys, TIME, RANDOMNESS, around);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Receipt append(Ledger ledger, String device, String content) {
    return ledger.append(EntryType.DECISION, Subject.device(device), utf8(content));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Verifies the public log offline, opens every entry and checks every subject's history. */
  static void requireSound(TiledLedger ledger) {
    ledger.publish();
    LogReport report =
        new LogVerifier(new LogSource.Directory(ledger.publicFolder()), ledger.verifiers())
            .verify();
    assertThat(report.ok()).as("%s", report.lines()).isTrue();
    assertThat(report.checkpoint().orElseThrow().size()).isEqualTo(ledger.size());
    Map<String, List<OpenedEntry>> histories = new HashMap<>();
    for (long i = 0; i < ledger.size(); i++) {
      OpenedEntry opened = ledger.opening(i).orElseThrow();
      String content = new String(opened.opening().content(), StandardCharsets.UTF_8);
      String subject = content.startsWith("{") ? "ledger" : content.split(" ", 2)[0];
      histories.computeIfAbsent(subject, name -> new ArrayList<>()).add(opened);
    }
    histories.forEach((subject, history) ->
        assertThat(OpenedEntry.firstGap(history)).as("history of %s", subject).isEmpty());
  }

  /** What a crash at this moment would leave. */
  static Path image(Path folder, Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(folder.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return copy;
  }
}

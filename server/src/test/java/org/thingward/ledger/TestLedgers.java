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
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryBundle;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.OpenedEntry;
import org.thingward.verify.log.TilePath;

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
    for (OpenedEntry opened : opened(ledger)) {
      String content = new String(opened.opening().content(), StandardCharsets.UTF_8);
      String subject = content.startsWith("{") ? "ledger" : content.split(" ", 2)[0];
      histories.computeIfAbsent(subject, name -> new ArrayList<>()).add(opened);
    }
    histories.forEach((subject, history) ->
        assertThat(OpenedEntry.firstGap(history)).as("history of %s", subject).isEmpty());
  }

  /**
   * Every entry, read file by file: with a proof for each it would take a hundred times as long.
   */
  private static List<OpenedEntry> opened(TiledLedger ledger) {
    LogSource log = new LogSource.Directory(ledger.publicFolder());
    SealedContents contents =
        new SealedContents(Disk.MACHINE, ledger.publicFolder().resolveSibling("private"));
    List<OpenedEntry> opened = new ArrayList<>();
    try {
      for (long at = 0; at < ledger.size(); at += TilePath.FULL) {
        int width = (int) Math.min(TilePath.FULL, ledger.size() - at);
        String bundle = new TilePath.Entries(at / TilePath.FULL, width).path();
        for (byte[] leaf : EntryBundle.decode(log.read(bundle, Checkpoint.MAX_BYTES), width)) {
          long index = opened.size();
          opened.add(new OpenedEntry(index, Leaf.decode(leaf), contents.open(index).orElseThrow()));
        }
      }
    } catch (IOException | EntryBundle.MalformedBundle e) {
      throw new IllegalStateException(e);
    }
    assertThat(ledger.opening(ledger.size() - 1)).isPresent();
    return opened;
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

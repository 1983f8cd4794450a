package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.ledger.TestLedgers.requireSound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.RecordingDisk.Change;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.TiledTree;

/**
 * Fails the power after every change that the ledger makes to its disk, and cuts writes at every
 * byte. Whatever is left must open, with all that was acknowledged and behind every checkpoint that
 * was ever in public view.
 */
class LedgerPowerLossTest {
  private static final boolean LONG = Boolean.getBoolean("thingward.long");
  private static final Disk UNFORCED = new UnforcedDisk();

  @TempDir private Path temp;
  private final Random random = new Random(20);
  private Path folder;
  private PowerLoss disk;
  private List<Change> changes;
  private int images;

  /** A disk that need not survive, so that a thousand ledgers open quickly. */
  private static final class UnforcedDisk extends FaultyDisk {
    @Override
    void force(Path file, OpenFile real) {}

    @Override
    public void forceNames(Path names) {}
  }

  /** What the ledger had promised by the moment of a failure. */
  private static final class Promises {
    private final Set<Receipt> acknowledged = new HashSet<>();
    private final List<Checkpoint> published = new ArrayList<>();
    private final Set<Long> erased = new HashSet<>();

    void take(Object promise) {
      switch (promise) {
        case Receipt receipt -> acknowledged.add(receipt);
        case Checkpoint checkpoint -> published.add(checkpoint);
        case Long index -> erased.add(index);
        default -> throw new IllegalArgumentException(promise.toString());
      }
    }
  }

  /** Records a ledger that recovers from a kill, fills a tile, erases, ends and begins again. */
  @BeforeEach
  void record() throws IOException {
    Path live = temp.resolve("live");
    folder = temp.resolve("recorded");
    try (TiledLedger ledger = TestLedgers.open(live, Outbox.NONE, UNFORCED)) {
      for (int i = 0; i < 248; i++) {
        TestLedgers.append(ledger, "d" + i % 7, "d" + i % 7 + " " + i);
      }
      ledger.publish();
      TestLedgers.append(ledger, "d1", "d1 not yet published");
      TestLedgers.image(live, folder);
    }
    cutLastBatch(folder);
    disk = PowerLoss.startingFrom(folder);
    RecordingDisk recording = new RecordingDisk();
    try (TiledLedger ledger = TestLedgers.open(folder, Outbox.NONE, recording)) {
      append(ledger, recording, 5);
      publish(ledger, recording);
      append(ledger, recording, 7);
      publish(ledger, recording);
      ledger.erase(3);
      recording.promised(3L);
      append(ledger, recording, 2);
    }
    try (TiledLedger ledger = TestLedgers.open(folder, Outbox.NONE, recording)) {
      append(ledger, recording, 2);
    }
    changes = recording.changes();
  }

  private static void cutLastBatch(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("log/wal"))) {
      Path last = files.sorted().toList().getLast();
      byte[] bytes = Files.readAllBytes(last);
      Files.write(last, Arrays.copyOf(bytes, bytes.length - 9));
    }
  }

  private static void append(TiledLedger ledger, RecordingDisk recording, int count) {
    for (int i = 0; i < count; i++) {
      recording.promised(TestLedgers.append(ledger, "d" + i % 3, "d" + i % 3 + " recorded"));
    }
  }

  private static void publish(TiledLedger ledger, RecordingDisk recording) {
    recording.promised(ledger.publish());
  }

  @Test
  void after_every_change_a_loss_of_power_leaves_a_ledger_that_kept_its_promises()
      throws IOException {
    Promises promises = new Promises();
    int torn = LONG ? 20 : 1;
    for (Change change : changes) {
      disk.take(change);
      if (change instanceof Change.Promised(Object what)) {
        promises.take(what);
      } else {
        requireKept(promises, disk::writeForced, change);
        requireKept(promises, disk::writeAll, change);
        for (int i = 0; i < torn; i++) {
          requireKept(promises, copy -> disk.writeTorn(copy, random), change);
        }
      }
    }
    assertThat(promises.acknowledged).hasSize(16);
    assertThat(promises.published).hasSize(2);
    assertThat(images).isGreaterThan(500);
  }

  @Test
  void a_write_may_be_cut_at_every_byte() throws IOException {
    Promises promises = new Promises();
    Set<String> tried = new HashSet<>();
    for (Change change : changes) {
      if (change instanceof Change.Promised(Object what)) {
        promises.take(what);
      } else if (change instanceof Change.Written(int file, long at, byte[] bytes)
          && (LONG || tried.add(kind(file)))) {
        int step = LONG ? 1 : 1 + bytes.length / 200;
        for (int end = 0; end < bytes.length; end += step) {
          Change.Written cut = new Change.Written(file, at, Arrays.copyOf(bytes, end));
          requireKept(promises, copy -> disk.writeAllAnd(copy, cut), change);
        }
      }
      disk.take(change);
    }
    assertThat(images).isGreaterThan(500);
  }

  private String kind(int file) {
    for (Change change : changes) {
      if (change instanceof Change.Opened(int number, Path path) && number == file) {
        String name = path.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
      }
    }
    throw new IllegalStateException("a file that was not opened");
  }

  private interface Image {
    void write(Path copy) throws IOException;
  }

  private void requireKept(Promises promises, Image image, Change last) throws IOException {
    Path copy = Files.createDirectory(temp.resolve("image-" + images++));
    image.write(copy);
    try (TiledLedger ledger = TestLedgers.open(copy, Outbox.NONE, UNFORCED)) {
      assertThat(promises.acknowledged)
          .as("after %s", last)
          .allMatch(receipt -> ledger.index(receipt).isPresent());
      for (Checkpoint published : promises.published) {
        requireContinues(published, ledger, last);
      }
      TestLedgers.append(ledger, "d1", "d1 goes on");
      if (images % 50 == 0) {
        ledger.publish();
        assertThat(promises.erased).allMatch(index -> ledger.opening(index).isEmpty());
        if (promises.erased.isEmpty()) {
          requireSound(ledger);
        }
      }
    }
    delete(copy);
  }

  private static void requireContinues(Checkpoint before, TiledLedger ledger, Change last)
      throws IOException {
    Checkpoint now = ledger.checkpoint();
    assertThat(now.size()).as("after %s", last).isGreaterThanOrEqualTo(before.size());
    TiledTree tree = new TiledTree(new LogSource.Directory(ledger.publicFolder()), now.size());
    assertThat(tree.consistency(before.size()).proves(before.root(), now.root()))
        .as("after %s", last)
        .isTrue();
  }

  private static void delete(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}

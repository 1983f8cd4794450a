package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.ledger.TestLedgers.image;
import static org.thingward.ledger.TestLedgers.open;
import static org.thingward.ledger.TestLedgers.requireSound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.Checkpoint;

class LedgerRecoveryTest {
  @TempDir private Path temp;
  private final List<Receipt> receipts = new ArrayList<>();

  /** A ledger that lost power with 300 entries published and 41 more durable only. */
  private Path crashed() throws IOException {
    Path live = temp.resolve("live");
    Path copy = temp.resolve("crashed");
    try (TiledLedger ledger = open(live)) {
      append(ledger, 0, 200);
    }
    try (TiledLedger ledger = open(live)) {
      append(ledger, 200, 299);
      ledger.publish();
      append(ledger, 299, 340);
      image(live, copy);
    }
    return copy;
  }

  private void append(TiledLedger ledger, int from, int to) {
    for (int i = from; i < to; i++) {
      receipts.add(TestLedgers.append(ledger, "d" + i % 7, "d" + i % 7 + " " + i));
    }
  }

  private void requireNothingLost(Path folder) {
    try (TiledLedger ledger = open(folder)) {
      assertThat(receipts).allMatch(receipt -> ledger.index(receipt).isPresent());
      assertThat(ledger.size()).isEqualTo(341);
      requireSound(ledger);
    }
  }

  @Test
  void durable_entries_are_published_after_a_crash() throws IOException {
    requireNothingLost(crashed());
  }

  @Test
  void recovering_twice_changes_nothing() throws IOException {
    Path folder = crashed();
    requireNothingLost(folder);
    requireNothingLost(folder);
  }

  @Test
  void tiles_that_are_gone_are_rebuilt_from_the_entries() throws IOException {
    Path folder = crashed();
    for (Path tile : filesUnder(folder.resolve("log/public/tile/0"))) {
      Files.delete(tile);
    }
    for (Path tile : filesUnder(folder.resolve("log/public/tile/1"))) {
      Files.delete(tile);
    }
    requireNothingLost(folder);
  }

  @Test
  void files_written_ahead_of_a_checkpoint_that_never_came_are_overwritten() throws IOException {
    Path folder = crashed();
    Path log = folder.resolve("log");
    Files.write(log.resolve("public/tile/entries/001.p/85"), new byte[7]);
    Files.write(log.resolve("public/tile/0/001.p/85"), new byte[9]);
    Files.writeString(log.resolve("new/0.new"), "half a che");
    for (String kind : List.of("contents", "ends", "keys")) {
      Path file = log.resolve("private/000000000." + kind);
      byte[] sound = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(sound, sound.length + 13));
    }
    byte[] heads = Files.readAllBytes(log.resolve("private/heads"));
    Files.write(log.resolve("private/heads"), Arrays.copyOf(heads, heads.length + 5));
    requireNothingLost(folder);
  }

  @Test
  void an_unfinished_last_batch_is_cut_off_wherever_it_ends() throws IOException {
    Path folder = crashed();
    Path wal = filesUnder(folder.resolve("log/wal")).getLast();
    byte[] sound = Files.readAllBytes(wal);
    int batch = lastBatchStart(sound);
    for (int end = batch; end < sound.length; end += 7) {
      Path copy = image(folder, temp.resolve("cut-" + end));
      Files.write(copy.resolve("log/wal").resolve(wal.getFileName()), Arrays.copyOf(sound, end));
      try (TiledLedger ledger = open(copy)) {
        assertThat(ledger.size()).isEqualTo(340);
        TestLedgers.append(ledger, "d1", "d1 goes on");
        requireSound(ledger);
      }
    }
  }

  @Test
  void pages_of_an_unfinished_batch_may_be_missing_in_its_middle() throws IOException {
    Path folder = crashed();
    Path wal = filesUnder(folder.resolve("log/wal")).getLast();
    byte[] bytes = Files.readAllBytes(wal);
    bytes[lastBatchStart(bytes) + 30] ^= 1;
    Files.write(wal, bytes);
    try (TiledLedger ledger = open(folder)) {
      assertThat(ledger.size()).isEqualTo(340);
      requireSound(ledger);
    }
  }

  @Test
  void damage_to_an_acknowledged_batch_is_refused_and_located() throws IOException {
    Path folder = crashed();
    Path wal = filesUnder(folder.resolve("log/wal")).getLast();
    byte[] sound = Files.readAllBytes(wal);
    for (int at : new int[] {8, 12, 17, 30, 60, 100}) {
      byte[] bytes = sound.clone();
      bytes[at] ^= 4;
      Files.write(wal, bytes);
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(LedgerUnavailable.class)
          .hasMessageContaining("damaged at byte 8");
    }
    Files.write(wal, sound);
    requireNothingLost(folder);
  }

  @Test
  void what_cannot_be_repaired_is_refused_and_named() throws IOException {
    Path folder = crashed();
    for (String file :
        List.of(
            "public/checkpoint",
            "public/tile/entries/000",
            "private/heads",
            "private/000000000.ends",
            "private/000000000.keys",
            "private/000000000.contents")) {
      Path path = folder.resolve("log").resolve(file);
      byte[] sound = Files.readAllBytes(path);
      Files.delete(path);
      assertThatThrownBy(() -> open(folder)).as(file).isInstanceOf(LedgerUnavailable.class);
      Files.write(path, sound);
    }
    requireNothingLost(folder);
  }

  @Test
  void a_changed_entry_or_checkpoint_is_refused_at_start() throws IOException {
    Path folder = crashed();
    for (String file : List.of("public/checkpoint", "public/tile/entries/000")) {
      Path path = folder.resolve("log").resolve(file);
      byte[] sound = Files.readAllBytes(path);
      byte[] changed = sound.clone();
      changed[25] ^= 1;
      Files.write(path, changed);
      assertThatThrownBy(() -> open(folder)).as(file).isInstanceOf(LedgerUnavailable.class);
      Files.write(path, sound);
    }
    requireNothingLost(folder);
  }

  @Test
  void changed_contents_are_noticed_when_opened() throws IOException {
    Path folder = crashed();
    requireNothingLost(folder);
    Path contents = folder.resolve("log/private/000000000.contents");
    byte[] bytes = Files.readAllBytes(contents);
    bytes[bytes.length - 1] ^= 1;
    Files.write(contents, bytes);
    try (TiledLedger ledger = open(folder)) {
      assertThatThrownBy(() -> ledger.opening(340))
          .isInstanceOf(LedgerUnavailable.class)
          .hasMessageContaining("entry 340");
    }
  }

  @Test
  void a_clean_end_leaves_nothing_in_the_write_ahead_folder() throws IOException {
    Path folder = temp.resolve("clean");
    try (TiledLedger ledger = open(folder)) {
      TestLedgers.append(ledger, "a", "a 1");
    }
    assertThat(filesUnder(folder.resolve("log/wal"))).isEmpty();
  }

  @Test
  void a_checkpoint_never_goes_back() throws IOException {
    Path folder = crashed();
    Checkpoint before =
        Checkpoint.parse(Files.readAllBytes(folder.resolve("log/public/checkpoint")));
    try (TiledLedger ledger = open(folder)) {
      assertThat(ledger.checkpoint().size()).isGreaterThanOrEqualTo(before.size());
    }
  }

  private static int lastBatchStart(byte[] wal) {
    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(wal);
    int at = 8;
    while (at + 8 + bytes.getInt(at) < wal.length) {
      at += 8 + bytes.getInt(at);
    }
    return at;
  }

  private static List<Path> filesUnder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}

package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.ledger.TestLedgers.append;
import static org.thingward.ledger.TestLedgers.open;
import static org.thingward.ledger.TestLedgers.requireSound;
import static org.thingward.ledger.TestLedgers.utf8;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.OpenedEntry;
import org.thingward.verify.log.ProvedEntry;
import org.thingward.verify.log.TiledTree;

class TiledLedgerTest {
  @TempDir private Path folder;

  @Test
  void an_entry_is_found_proved_and_opened() {
    try (TiledLedger ledger = open(folder)) {
      Receipt receipt = append(ledger, "pump-07", "pump-07 may connect");
      long index = ledger.index(receipt).orElseThrow();
      assertThat(index).as("behind the entry that begins the log").isEqualTo(1);
      ProvedEntry proof = ledger.proof(index);
      assertThat(proof.provedBy(ledger.verifiers())).isTrue();
      assertThat(proof.leaf().content()).isEqualTo(receipt.entry());
      assertThat(proof.leaf().type()).isEqualTo(EntryType.DECISION);
      OpenedEntry opened = ledger.opening(index).orElseThrow();
      assertThat(new String(opened.opening().content(), StandardCharsets.UTF_8))
          .isEqualTo("pump-07 may connect");
      assertThat(ledger.index(new Receipt(Digest.of(utf8("other"))))).isEmpty();
      requireSound(ledger);
    }
  }

  @Test
  void many_threads_append_and_everything_stays_sound_over_restarts() throws Exception {
    ConcurrentLinkedQueue<Receipt> receipts = new ConcurrentLinkedQueue<>();
    for (int run = 0; run < 3; run++) {
      try (TiledLedger ledger = open(folder)) {
        appendFromManyThreads(ledger, receipts);
        assertThat(ledger.size()).isEqualTo(1 + receipts.size());
      }
    }
    try (TiledLedger ledger = open(folder)) {
      assertThat(receipts).allMatch(receipt -> ledger.index(receipt).isPresent());
      assertThat(receipts.stream().map(r -> ledger.index(r).getAsLong()).distinct().count())
          .isEqualTo(receipts.size());
      requireSound(ledger);
    }
  }

  private static void appendFromManyThreads(TiledLedger ledger, ConcurrentLinkedQueue<Receipt> to)
      throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < 64; thread++) {
        String device = "device-" + thread % 20;
        done.add(
            threads.submit(() -> {
              for (int i = 0; i < 20; i++) {
                to.add(append(ledger, device, device + " entry " + i));
              }
            }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
  }

  @Test
  void every_checkpoint_continues_all_before_it() throws IOException {
    List<Checkpoint> heads = new ArrayList<>();
    try (TiledLedger ledger = open(folder)) {
      for (int i = 0; i < 600; i++) {
        append(ledger, "a", "a " + i);
        if (i % 37 == 0) {
          heads.add(ledger.publish());
        }
      }
      Checkpoint last = ledger.publish();
      LogSource source = new LogSource.Directory(ledger.publicFolder());
      TiledTree tree = new TiledTree(source, last.size());
      for (Checkpoint head : heads) {
        assertThat(tree.consistency(head.size()).proves(head.root(), last.root())).isTrue();
      }
    }
  }

  @Test
  void L1_the_public_log_holds_no_data_and_erasing_a_key_leaves_proofs_valid() throws IOException {
    String secret = "patient-4711-insulin";
    try (TiledLedger ledger = open(folder)) {
      Receipt receipt = append(ledger, secret, secret + " dosed");
      append(ledger, "other", "other said");
      long index = ledger.index(receipt).orElseThrow();
      String key =
          HexFormat.of().formatHex(ledger.opening(index).orElseThrow().opening().key().bytes());
      assertThat(filesThatHold(ledger.publicFolder(), secret)).isEmpty();
      assertThat(filesThatHoldHex(folder, key)).isNotEmpty();

      ledger.erase(index);

      assertThat(filesThatHoldHex(folder, key)).as("files that still hold the key").isEmpty();
      assertThat(filesThatHold(folder.resolve("log/wal"), secret)).isEmpty();
      assertThat(ledger.opening(index)).isEmpty();
      assertThat(ledger.proof(index).provedBy(ledger.verifiers())).isTrue();
      assertThat(ledger.opening(index + 1)).isPresent();
    }
    try (TiledLedger ledger = open(folder)) {
      assertThat(ledger.opening(1)).isEmpty();
      assertThat(ledger.proof(1).provedBy(ledger.verifiers())).isTrue();
    }
  }

  @Test
  void O2_L1_what_counts_today_rests_on_entries_that_cannot_be_erased() {
    Subject bob = Subject.operator("bob");
    try (TiledLedger ledger = open(folder)) {
      for (EntryType type :
          List.of(EntryType.PASSKEY, EntryType.OPERATOR, EntryType.API_TOKEN, EntryType.APPROVAL)) {
        long index = ledger.index(ledger.append(type, bob, utf8("bob"))).orElseThrow();
        assertThatThrownBy(() -> ledger.erase(index))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("entry %d is of type %s".formatted(index, type.word()));
        assertThat(ledger.opening(index)).isPresent();
      }
      long login =
          ledger.index(ledger.append(EntryType.LOGIN, bob, utf8("bob came"))).orElseThrow();
      ledger.erase(login);
      assertThat(ledger.openings().all(Set.of(EntryType.LOGIN, EntryType.PASSKEY)))
          .extracting(placed -> placed.opened().isPresent())
          .containsExactly(true, false);
    }
  }

  @Test
  void L1_equal_records_of_equal_subjects_cannot_be_matched_by_their_leaves() {
    try (TiledLedger ledger = open(folder)) {
      Receipt one = append(ledger, "a", "a same");
      Receipt two = append(ledger, "a", "a same");
      assertThat(one).isNotEqualTo(two);
      assertThat(ledger.proof(1).leaf().link()).isNotEqualTo(ledger.proof(2).leaf().link());
    }
  }

  @Test
  void L2_the_chain_of_a_subject_goes_on_over_a_restart() {
    try (TiledLedger ledger = open(folder)) {
      append(ledger, "a", "a 1");
      append(ledger, "b", "b 1");
    }
    try (TiledLedger ledger = open(folder)) {
      append(ledger, "a", "a 2");
      OpenedEntry first = ledger.opening(1).orElseThrow();
      OpenedEntry second = ledger.opening(3).orElseThrow();
      assertThat(second.opening().previous()).isEqualTo(first.leaf().hash());
      assertThat(OpenedEntry.firstGap(List.of(first, second))).isEmpty();
      assertThat(OpenedEntry.firstGap(List.of(second))).isPresent();
    }
  }

  @Test
  void L5_a_second_writer_is_refused_with_a_reason() {
    try (TiledLedger ledger = open(folder)) {
      append(ledger, "a", "a 1");
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(LedgerInUse.class)
          .hasMessageContaining("another process");
    }
    open(folder).close();
  }

  @Test
  void a_record_that_is_too_large_is_refused_and_nothing_is_written() {
    try (TiledLedger ledger = open(folder)) {
      Subject device = Subject.device("a");
      byte[] large = new byte[(1 << 20) + 1];
      assertThatThrownBy(() -> ledger.append(EntryType.EVIDENCE, device, large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 MiB");
      assertThat(ledger.size()).isEqualTo(1);
      ledger.append(EntryType.EVIDENCE, device, new byte[1 << 20]);
      assertThat(ledger.opening(1).orElseThrow().opening().content()).hasSize(1 << 20);
    }
  }

  @Test
  void private_files_are_for_this_user_only() throws IOException {
    try (TiledLedger ledger = open(folder)) {
      assertThat(Files.getPosixFilePermissions(folder.resolve("log")).toString())
          .doesNotContain("GROUP", "OTHERS");
      assertThat(Files.getPosixFilePermissions(folder.resolve("ledger-keys")).toString())
          .doesNotContain("GROUP", "OTHERS");
    }
  }

  @Test
  void keys_are_read_back_as_they_were_made() throws IOException {
    LedgerKeys made = LedgerKeys.open(folder, TestLedgers.RANDOMNESS);
    LedgerKeys read = LedgerKeys.open(folder, TestLedgers.RANDOMNESS);
    assertThat(read.verifiers()).isEqualTo(made.verifiers());
    assertThat(read.origin()).isEqualTo(made.origin()).startsWith("thingward/");
  }

  private static List<Path> filesThatHold(Path root, String text) throws IOException {
    return filesThatHoldHex(root, HexFormat.of().formatHex(utf8(text)));
  }

  private static List<Path> filesThatHoldHex(Path root, String hex) throws IOException {
    List<Path> holding = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (HexFormat.of().formatHex(Files.readAllBytes(file)).contains(hex)) {
          holding.add(file);
        }
      }
    }
    return holding;
  }
}

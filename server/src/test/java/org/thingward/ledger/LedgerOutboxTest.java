package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.ledger.TestLedgers.requireSound;
import static org.thingward.ledger.TestLedgers.utf8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;

class LedgerOutboxTest {
  private static final Subject DEVICE = Subject.device("a");

  /** Hears nothing, as a process that ended does. */
  private static final Outbox.Listener NOBODY =
      new Outbox.Listener() {
        @Override
        public void committed(List<Outbox.Waiting> entries) {
          // Nobody is there to carry them over.
        }

        @Override
        public void unknown() {
          // As above.
        }
      };

  @TempDir private Path folder;
  private Database database;

  @BeforeEach
  void startDatabase() {
    database = TestDatabase.fresh();
  }

  @AfterEach
  void stopDatabase() throws Exception {
    database.close();
  }

  @Test
  void L3_an_entry_is_in_the_log_if_and_only_if_its_transaction_commits() throws Exception {
    Watched outbox = new Watched(new OutboxStore(database));
    try (TiledLedger ledger = open(outbox)) {
      Receipt kept = database.inTransaction(() -> appendInTransaction(ledger, "a kept"));
      List<Receipt> undone = new ArrayList<>();
      assertThatThrownBy(() ->
              database.inTransaction(() -> {
                undone.add(appendInTransaction(ledger, "a undone"));
                throw new IllegalStateException("no");
              }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(outbox.removed.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(ledger.index(kept)).hasValue(1);
      assertThat(ledger.index(undone.getFirst())).isEmpty();
      assertThat(rows()).isZero();
      requireSound(ledger);
    }
  }

  @Test
  void L3_without_a_transaction_nothing_is_taken() {
    try (TiledLedger ledger = open(new OutboxStore(database))) {
      assertThatThrownBy(() -> appendInTransaction(ledger, "a 1"))
          .isInstanceOf(IllegalStateException.class);
      assertThat(rows()).isZero();
    }
  }

  @Test
  void L5_start_reconciles_the_outbox_and_repeats_no_entry() {
    OutboxStore store = new OutboxStore(database);
    List<Entry> entries = new ArrayList<>();
    database.inTransaction(() -> {
      for (int i = 0; i < 1_500; i++) {
        EntryKey key = EntryKey.of(TestLedgers.RANDOMNESS.bytes(32));
        byte[] content = utf8("a " + i);
        Entry entry = Entry.of(EntryType.POSTURE, DEVICE, TestLedgers.TIME.now(), key, content);
        entries.add(entry);
        store.add(entry, NOBODY);
      }
    });
    // The rows stay, as after a crash between the log's append and the row's removal.
    try (TiledLedger ledger = open(new Forgetful(store))) {
      assertThat(ledger.size()).isEqualTo(1 + 1_000);
    }
    try (TiledLedger ledger = open(store)) {
      assertThat(ledger.size()).isEqualTo(1 + 1_500);
      for (int i = 0; i < entries.size(); i++) {
        assertThat(ledger.index(entries.get(i).receipt())).hasValue(1 + i);
      }
      assertThat(rows()).isZero();
      requireSound(ledger);
    }
  }

  @Test
  void L3_what_was_just_committed_is_carried_over_in_order_without_being_read_back()
      throws Exception {
    Watched outbox = new Watched(new OutboxStore(database));
    try (TiledLedger ledger = open(outbox)) {
      int read = outbox.read.get();
      List<Receipt> receipts = new ArrayList<>();
      database.inTransaction(() -> {
        for (int i = 0; i < 50; i++) {
          receipts.add(appendInTransaction(ledger, "a " + i));
        }
      });
      assertThat(outbox.removed.await(60, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < receipts.size(); i++) {
        assertThat(ledger.index(receipts.get(i))).hasValue(1 + i);
      }
      assertThat(outbox.read.get()).isEqualTo(read);
      assertThat(rows()).isZero();
      requireSound(ledger);
    }
  }

  @Test
  void L3_an_entry_whose_commit_was_not_answered_is_read_back_and_gets_into_the_log()
      throws Exception {
    Deaf outbox = new Deaf(new OutboxStore(database));
    try (TiledLedger ledger = open(outbox)) {
      Receipt first = database.inTransaction(() -> appendInTransaction(ledger, "a 1"));
      Receipt second = database.inTransaction(() -> appendInTransaction(ledger, "a 2"));
      assertThat(outbox.removed.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(ledger.openings()).isNotNull();
      assertThat(ledger.index(first)).hasValue(1);
      assertThat(ledger.index(second)).hasValue(2);
      assertThat(rows()).isZero();
      requireSound(ledger);
    }
  }

  @Test
  void L3_what_the_log_could_not_take_is_read_back_once_it_can_and_none_is_there_twice()
      throws Exception {
    Stubborn outbox = new Stubborn(new OutboxStore(database));
    try (TiledLedger ledger = open(outbox)) {
      List<Receipt> receipts = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        String content = "a " + i;
        receipts.add(database.inTransaction(() -> appendInTransaction(ledger, content)));
      }
      assertThat(outbox.removed.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(ledger.openings()).isNotNull();
      assertThat(ledger.size()).isEqualTo(1 + receipts.size());
      for (int i = 0; i < receipts.size(); i++) {
        assertThat(ledger.index(receipts.get(i))).hasValue(1 + i);
      }
      assertThat(rows()).isZero();
      requireSound(ledger);
    }
  }

  @Test
  void L5_a_second_process_on_the_same_database_is_refused() {
    try (TiledLedger first = open(new OutboxStore(database))) {
      assertThat(first.size()).isEqualTo(1);
      Path elsewhere = folder.resolve("elsewhere");
      OutboxStore same = new OutboxStore(database);
      assertThatThrownBy(() -> TestLedgers.open(elsewhere, same, Disk.MACHINE))
          .isInstanceOf(LedgerInUse.class)
          .hasMessageContaining("another process");
    }
    open(new OutboxStore(database)).close();
  }

  @Test
  void the_way_in_with_a_database_brings_its_own_table() throws IOException {
    LedgerKeys keys = LedgerKeys.open(folder, TestLedgers.RANDOMNESS);
    Path log = folder.resolve("log");
    try (TiledLedger ledger =
        TiledLedger.open(log, keys, TestLedgers.TIME, TestLedgers.RANDOMNESS, database)) {
      Receipt receipt = database.inTransaction(() -> appendInTransaction(ledger, "a 1"));
      assertThat(receipt.entry()).isNotNull();
    }
  }

  private static Receipt appendInTransaction(TiledLedger ledger, String content) {
    return ledger.appendWithTransaction(EntryType.POSTURE, DEVICE, utf8(content));
  }

  private TiledLedger open(Outbox outbox) {
    return TestLedgers.open(folder, outbox, Disk.MACHINE);
  }

  private long rows() {
    return database.jdbc().sql("SELECT count(*) FROM ledger.outbox").query(Long.class).single();
  }

  /** Tells when rows are removed. */
  private static class Watched implements Outbox {
    private final Outbox outbox;
    final CountDownLatch removed = new CountDownLatch(1);
    final AtomicInteger read = new AtomicInteger();

    Watched(Outbox outbox) {
      this.outbox = outbox;
    }

    @Override
    public void claim() {
      outbox.claim();
    }

    @Override
    public void add(Entry entry, Listener listener) {
      outbox.add(entry, listener);
    }

    @Override
    public List<Waiting> oldest(int limit) {
      read.incrementAndGet();
      return outbox.oldest(limit);
    }

    @Override
    public void remove(List<Waiting> entries) {
      outbox.remove(entries);
      removed.countDown();
    }

    @Override
    public void close() {
      outbox.close();
    }
  }

  /** Does not hear what became of a transaction, as when the connection breaks at its end. */
  private static final class Deaf extends Watched {
    Deaf(Outbox outbox) {
      super(outbox);
    }

    @Override
    public void add(Entry entry, Listener listener) {
      super.add(
          entry,
          new Listener() {
            @Override
            public void committed(List<Waiting> entries) {
              listener.unknown();
            }

            @Override
            public void unknown() {
              listener.unknown();
            }
          });
    }
  }

  /** Fails the first time that rows are removed, after they were appended. */
  private static final class Stubborn extends Watched {
    private boolean failed;

    Stubborn(Outbox outbox) {
      super(outbox);
    }

    @Override
    public void remove(List<Waiting> entries) {
      if (!failed) {
        failed = true;
        throw new LedgerUnavailable("not now", new IOException("not now"));
      }
      super.remove(entries);
    }
  }

  /** Hands out rows once and never removes them. */
  private static final class Forgetful extends Watched {
    private boolean asked;

    Forgetful(Outbox outbox) {
      super(outbox);
    }

    @Override
    public List<Waiting> oldest(int limit) {
      List<Waiting> rows = asked ? List.of() : super.oldest(limit);
      asked = true;
      return rows;
    }

    @Override
    public void remove(List<Waiting> entries) {
      // As if the process had ended just before.
    }
  }
}

package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.ledger.TestLedgers.append;
import static org.thingward.ledger.TestLedgers.open;
import static org.thingward.ledger.TestLedgers.requireSound;
import static org.thingward.ledger.TestLedgers.utf8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** A disk that is full for a while. */
class LedgerStorageTest {
  @TempDir private Path folder;
  private final AtomicBoolean full = new AtomicBoolean();
  private volatile CountDownLatch worksAgain = new CountDownLatch(1);

  @Test
  void L3_what_is_not_durable_is_not_acknowledged_and_not_in_the_log() {
    try (TiledLedger ledger = open(folder, Outbox.NONE, new FullDisk())) {
      append(ledger, "a", "a 1");
      full.set(true);
      assertThatThrownBy(() -> append(ledger, "a", "a 2"))
          .isInstanceOf(LedgerUnavailable.class)
          .hasMessageContaining("no space");
      full.set(false);
      append(ledger, "a", "a 3");
      assertThat(ledger.size()).isEqualTo(3);
      requireSound(ledger);
    }
    try (TiledLedger ledger = open(folder)) {
      assertThat(ledger.size()).isEqualTo(3);
    }
  }

  @Test
  void what_may_come_soon_is_written_when_storage_recovers() throws Exception {
    try (TiledLedger ledger = open(folder, Outbox.NONE, new FullDisk())) {
      full.set(true);
      Receipt receipt =
          ledger.appendSoon(EntryType.DECISION, Subject.device("a"), utf8("a denied"));
      assertThatThrownBy(() -> append(ledger, "b", "b 1")).isInstanceOf(LedgerUnavailable.class);
      assertThat(ledger.index(receipt)).isEmpty();
      worksAgain = new CountDownLatch(1);
      full.set(false);
      assertThat(worksAgain.await(60, TimeUnit.SECONDS)).isTrue();
      append(ledger, "c", "c 1");
      assertThat(ledger.index(receipt)).hasValue(1);
      requireSound(ledger);
    }
  }

  @Test
  void what_may_come_soon_is_bounded_while_storage_fails() {
    try (TiledLedger ledger = open(folder, Outbox.NONE, new FullDisk())) {
      full.set(true);
      byte[] large = new byte[1 << 20];
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  ledger.appendSoon(EntryType.DECISION, Subject.device("a"), large);
                }
              })
          .isInstanceOf(LedgerUnavailable.class)
          .hasMessageContaining("full");
      full.set(false);
    }
  }

  /** Full for the write-ahead files alone; what does not fit is written by half. */
  private final class FullDisk extends FaultyDisk {
    @Override
    void write(Path file, OpenFile real, ByteBuffer bytes, long at) throws IOException {
      if (full.get() && file.toString().endsWith(".wal")) {
        bytes.limit(bytes.position() + bytes.remaining() / 2);
        real.write(bytes, at);
        throw new IOException("no space left on device");
      }
      real.write(bytes, at);
    }

    @Override
    void force(Path file, OpenFile real) throws IOException {
      real.force();
      if (file.toString().endsWith(".wal")) {
        worksAgain.countDown();
      }
    }
  }
}

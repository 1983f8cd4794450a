package org.thingward.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries committed rows of the outbox into the log, in order, each once: a row whose entry is in
 * the log already, because a crash came between, is only removed.
 *
 * <p>What was just committed is handed over in memory, so that it need not be read back. The
 * database is read at start, and whenever something may be there that was not handed over.
 */
final class OutboxDrain implements Outbox.Listener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutboxDrain.class);
  private static final int AT_ONCE = 1_000;
  private static final int MOST_HANDED = 20_000;
  private static final long RETRY_MILLIS = 250;

  private final Outbox outbox;
  private final Sequencer sequencer;
  private final EntryIndex index;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closing;
  private final Object handing = new Object();
  private List<Outbox.Waiting> handed = new ArrayList<>();
  private boolean behind;

  /** Does nothing until {@link #start}. */
  OutboxDrain(Outbox outbox, Sequencer sequencer, EntryIndex index) {
    this.outbox = outbox;
    this.sequencer = sequencer;
    this.index = index;
    this.thread = Thread.ofVirtual().name("ledger-outbox").unstarted(this::run);
  }

  /** Empties the outbox before it returns, and from then on whenever it is woken. */
  void start() {
    empty();
    thread.start();
  }

  @Override
  public void committed(List<Outbox.Waiting> entries) {
    synchronized (handing) {
      if (behind || handed.size() + entries.size() > MOST_HANDED) {
        fallBehind();
      } else {
        handed.addAll(entries);
      }
    }
    wake.release();
  }

  @Override
  public void unknown() {
    synchronized (handing) {
      fallBehind();
    }
    wake.release();
  }

  /** From here on until all of it was read, only the database knows what waits. */
  private void fallBehind() {
    behind = true;
    handed = new ArrayList<>();
  }

  private void run() {
    boolean failed = false;
    while (awaitWork(failed)) {
      try {
        carryOver();
        failed = false;
      } catch (RuntimeException e) {
        synchronized (handing) {
          fallBehind();
        }
        log.error("the outbox cannot be emptied, and will be tried again: {}", e.toString());
        failed = true;
      }
    }
  }

  private boolean awaitWork(boolean failed) {
    try {
      if (failed) {
        boolean woken = wake.tryAcquire(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        log.trace("retrying, woken {}", woken);
      } else {
        wake.acquire();
      }
      wake.drainPermits();
      return !closing;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Carries over what was handed over, or, if that is not all, everything. */
  private synchronized void carryOver() {
    List<Outbox.Waiting> rows;
    boolean all;
    synchronized (handing) {
      rows = handed;
      all = behind;
      handed = new ArrayList<>();
      behind = false;
    }
    if (all) {
      empty();
    } else if (!rows.isEmpty()) {
      append(rows);
    }
  }

  /** Carries over everything that is committed at this moment. */
  synchronized void empty() {
    List<Outbox.Waiting> rows = outbox.oldest(AT_ONCE);
    while (!rows.isEmpty()) {
      append(rows);
      rows = outbox.oldest(AT_ONCE);
    }
  }

  private void append(List<Outbox.Waiting> rows) {
    List<Entry> missing =
        rows.stream()
            .map(Outbox.Waiting::entry)
            .filter(entry -> index.find(entry.commitment()).isEmpty())
            .toList();
    if (!missing.isEmpty()) {
      sequencer.append(missing);
    }
    outbox.remove(rows);
  }

  @Override
  public void close() {
    closing = true;
    wake.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

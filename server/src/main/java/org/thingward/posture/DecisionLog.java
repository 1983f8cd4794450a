package org.thingward.posture;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.thingward.trust.Decision;
import org.thingward.trust.RecordedDecision;

/**
 * Brings decisions, which are on record in the ledger already, into the list in the database: in
 * batches, a moment later. While the database is down they wait, bounded; what is too much is
 * missing from the list only.
 */
final class DecisionLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);
  private static final int MOST_WAITING = 50_000;
  private static final int BATCH = 500;

  private final DecisionStore store;
  private final BlockingQueue<RecordedDecision> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final AtomicLong added = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Set<Consumer<RecordedDecision>> tails = ConcurrentHashMap.newKeySet();
  private final Thread writer;
  private volatile boolean closed;

  DecisionLog(DecisionStore store) {
    this.store = store;
    this.writer = Thread.ofVirtual().name("decision-list").start(this::run);
  }

  void add(RecordedDecision recorded) {
    if (waiting.offer(recorded)) {
      added.incrementAndGet();
    }
    tails.forEach(tail -> tail.accept(recorded));
  }

  /** Worked out by whoever writes: who decides does not wait for it. */
  private static DecisionStore.Row row(RecordedDecision recorded) {
    Decision decision = recorded.decision();
    return new DecisionStore.Row(
        decision.request().subject().toString(),
        decision.verdict().word(),
        decision.at(),
        recorded.receipt(),
        Alike.of(decision),
        decision.canonical());
  }

  /** Calls {@code tail}, which must return at once, for each decision from now on. */
  AutoCloseable follow(Consumer<RecordedDecision> tail) {
    tails.add(tail);
    return () -> tails.remove(tail);
  }

  /** Whether all that was added is written. */
  boolean isWritten() {
    return written.get() == added.get();
  }

  /** How many were added. */
  long added() {
    return added.get();
  }

  /** How many of them, in their order, are in the database. */
  long written() {
    return written.get();
  }

  private void run() {
    List<RecordedDecision> batch = new ArrayList<>();
    try {
      while (!closed || !waiting.isEmpty()) {
        RecordedDecision first = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          waiting.drainTo(batch, BATCH - 1);
          write(batch.stream().map(DecisionLog::row).toList());
          written.addAndGet(batch.size());
          batch.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<DecisionStore.Row> batch) throws InterruptedException {
    while (true) {
      try {
        store.write(batch);
        return;
      } catch (DataAccessException e) {
        if (closed) {
          return;
        }
        LOG.warn("The list of decisions waits for the database: {}", e.getMessage());
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    writer.join(5_000);
  }
}

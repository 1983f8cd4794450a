package org.thingward.ledger;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Leaf;

/**
 * Gives entries their one order and makes them durable, many at a time: while one batch is on its
 * way to the disk, the next gathers.
 */
final class Sequencer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sequencer.class);
  private static final int MAX_BATCH_BYTES = 8 << 20;
  private static final int MAX_SOON = 65_536;
  private static final long MAX_SOON_BYTES = 64L << 20;
  private static final long RETRY_MILLIS = 100;

  private final WriteAhead writeAhead;
  private final EntryIndex index;
  private final Publisher publisher;
  private final Map<Subject, Digest> heads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<Entry> soon = new ArrayDeque<>();
  private final Thread writer;
  private Batch open = new Batch();
  private long soonBytes;
  private long lost;
  private boolean failing;
  private boolean closing;
  private volatile long next;

  /**
   * Starts behind what is durable already.
   *
   * @param next the index of the next entry
   * @param heads the newest leaf hash of each subject
   */
  Sequencer(
      WriteAhead writeAhead,
      EntryIndex index,
      Publisher publisher,
      long next,
      Map<Subject, Digest> heads) {
    this.writeAhead = writeAhead;
    this.index = index;
    this.publisher = publisher;
    this.next = next;
    this.heads = new HashMap<>(heads);
    this.writer = Thread.ofPlatform().name("ledger-writer").daemon().start(this::run);
  }

  /** The index that the next entry will have. */
  long next() {
    return next;
  }

  /**
   * Returns once all entries are durable, in this order.
   *
   * @throws LedgerUnavailable if they are not; then none of them is in the log
   */
  void append(Collection<Entry> entries) {
    try {
      submit(entries).join();
    } catch (CompletionException e) {
      throw new LedgerUnavailable("the entry was not recorded: " + reason(e), e);
    }
  }

  private static String reason(CompletionException e) {
    return e.getCause() == null ? "unknown" : String.valueOf(e.getCause().getMessage());
  }

  private CompletableFuture<Void> submit(Collection<Entry> entries) {
    lock.lock();
    try {
      while (open.bytes >= MAX_BATCH_BYTES && !closing) {
        room.awaitUninterruptibly();
      }
      requireOpen();
      open.add(entries);
      work.signal();
      return open.durable;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes an entry to be written as soon as storage allows.
   *
   * @throws LedgerUnavailable if too many wait already; the loss is counted
   */
  void appendSoon(Entry entry) {
    lock.lock();
    try {
      requireOpen();
      if (soon.size() >= MAX_SOON || soonBytes + entry.content().length > MAX_SOON_BYTES) {
        lost++;
        throw new LedgerUnavailable("storage fails and the waiting line is full", noCause());
      }
      soon.add(entry);
      soonBytes += entry.content().length;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private static Throwable noCause() {
    return new IOException("the write-ahead file takes nothing");
  }

  private void requireOpen() {
    if (closing) {
      throw new LedgerUnavailable("the ledger is closed", new IOException("closed"));
    }
  }

  private void run() {
    Optional<Batch> batch = take();
    while (batch.isPresent()) {
      write(batch.get());
      batch = take();
    }
  }

  /** The next batch: what callers wait for, and a share of what may come soon. */
  private Optional<Batch> take() {
    lock.lock();
    try {
      awaitWork();
      if (open.entries.isEmpty() && (soon.isEmpty() || (failing && closing))) {
        return Optional.empty();
      }
      Batch taken = open;
      open = new Batch();
      taken.addSoon(soon);
      room.signalAll();
      return Optional.of(taken);
    } finally {
      lock.unlock();
    }
  }

  private void awaitWork() {
    try {
      while (open.entries.isEmpty() && soon.isEmpty() && !closing) {
        work.await();
      }
      // Callers are answered at once even while the disk fails; what may come soon is retried.
      if (open.entries.isEmpty() && failing && !closing) {
        boolean signalled = work.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        log.trace("retrying, signalled {}", signalled);
      }
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  private void write(Batch batch) {
    try {
      publisher.awaitRoom();
      Map<Subject, Digest> moved = new HashMap<>();
      List<Entry.Sequenced> sequenced = sequence(batch, moved);
      writeAhead.append(sequenced);
      heads.putAll(moved);
      next += sequenced.size();
      sequenced.forEach(
          entry -> index.add(entry.entry().commitment(), entry.index(), entry.entry().type()));
      publisher.add(sequenced);
      succeeded(batch);
    } catch (IOException | RuntimeException e) {
      failed(batch, e);
    }
  }

  private List<Entry.Sequenced> sequence(Batch batch, Map<Subject, Digest> moved) {
    List<Entry.Sequenced> sequenced = new ArrayList<>(batch.entries.size());
    for (Entry entry : batch.entries) {
      Subject subject = entry.subject();
      Digest previous = moved.get(subject);
      if (previous == null) {
        previous = heads.getOrDefault(subject, Leaf.NO_PREVIOUS);
      }
      Entry.Sequenced placed = entry.at(next + sequenced.size(), previous);
      moved.put(subject, placed.hash());
      sequenced.add(placed);
    }
    return sequenced;
  }

  private void succeeded(Batch batch) {
    lock.lock();
    try {
      for (int i = 0; i < batch.fromSoon; i++) {
        soonBytes -= soon.remove().content().length;
      }
      if (failing) {
        log.info("the ledger's storage works again; {} entries could not be kept", lost);
      }
      failing = false;
    } finally {
      lock.unlock();
    }
    batch.durable.complete(null);
  }

  private void failed(Batch batch, Exception cause) {
    lock.lock();
    try {
      if (!failing) {
        log.error("the ledger cannot make entries durable: {}", cause.toString());
      }
      failing = true;
    } finally {
      lock.unlock();
    }
    batch.durable.completeExceptionally(cause);
  }

  /** Writes what was taken and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (!soon.isEmpty()) {
      log.error("{} entries could not be written before the end", soon.size());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Entries that become durable together. */
  private static final class Batch {
    private final List<Entry> entries = new ArrayList<>();
    private final CompletableFuture<Void> durable = new CompletableFuture<>();
    private long bytes;
    private int fromSoon;

    void add(Collection<Entry> more) {
      entries.addAll(more);
      more.forEach(entry -> bytes += entry.content().length);
    }

    /** Adds what fits, and leaves it in line until it is durable. */
    void addSoon(ArrayDeque<Entry> line) {
      for (Entry entry : line) {
        if (bytes >= MAX_BATCH_BYTES) {
          return;
        }
        entries.add(entry);
        bytes += entry.content().length;
        fromSoon++;
      }
    }
  }
}

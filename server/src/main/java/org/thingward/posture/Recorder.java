package org.thingward.posture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Unavailable;

/**
 * Brings what acts already into the database, on a thread of its own, so that nobody who must act
 * waits for it; tries again until the database takes it.
 */
final class Recorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
  private static final int BATCH = 500;
  private static final long PATIENCE_SECONDS = 5;
  private static final long PAUSE_MILLIS = 500;
  private static final String WAITS =
      "It acts, and is written as soon as the database takes it; nothing needs to be repeated.";

  private final Consumer<List<Standing>> record;
  private final Map<Standing, CompletableFuture<Void>> due = new ConcurrentHashMap<>();
  private final Semaphore work = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /** Begins; {@code record} writes what there is to write of some subjects, or throws. */
  Recorder(Consumer<List<Standing>> record) {
    this.record = record;
    this.thread = Thread.ofVirtual().name("posture-recorder").start(this::run);
  }

  /** Asks for a subject to be appraised anew and written; done once the result is. */
  CompletableFuture<Void> soon(Standing standing) {
    CompletableFuture<Void> done =
        due.computeIfAbsent(standing, unused -> new CompletableFuture<>());
    work.release();
    return done;
  }

  /**
   * Returns once what there is of this subject is written.
   *
   * @throws NotYetStored if the database refuses, or says nothing for five seconds
   */
  void record(Standing standing) {
    try {
      soon(standing).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new NotYetStored("The database does not take it. " + WAITS, e);
    } catch (TimeoutException e) {
      throw new NotYetStored("The database does not answer. " + WAITS, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotYetStored("Interrupted. " + WAITS, e);
    }
  }

  private void run() {
    try {
      while (!closed) {
        boolean unused = work.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        int drained = work.drainPermits();
        if (!due.isEmpty() && !recordSome()) {
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean recordSome() {
    boolean sound = true;
    List<Standing> waiting = due.keySet().stream().sorted().toList();
    for (int from = 0; from < waiting.size() && sound; from += BATCH) {
      sound = attempt(waiting.subList(from, Math.min(waiting.size(), from + BATCH)));
    }
    return sound;
  }

  private boolean attempt(List<Standing> batch) {
    List<CompletableFuture<Void>> futures = new ArrayList<>();
    batch.forEach(standing -> futures.add(due.remove(standing)));
    try {
      record.accept(batch);
      futures.forEach(done -> done.complete(null));
      return true;
    } catch (RuntimeException e) {
      if (batch.size() > 1 && !isDown(e)) {
        restore(batch, futures);
        return batch.stream().map(one -> attempt(List.of(one))).reduce(true, Boolean::logicalAnd);
      }
      LOG.warn("What acts is not yet in the database; it is tried again", e);
      batch.forEach(standing -> due.putIfAbsent(standing, new CompletableFuture<>()));
      futures.forEach(done -> done.completeExceptionally(e));
      return false;
    }
  }

  private void restore(List<Standing> batch, List<CompletableFuture<Void>> futures) {
    for (int i = 0; i < batch.size(); i++) {
      CompletableFuture<Void> former = futures.get(i);
      CompletableFuture<Void> newer = due.putIfAbsent(batch.get(i), former);
      if (newer != null) {
        newer.whenComplete((done, failure) -> former.complete(null));
      }
    }
  }

  private static boolean isDown(RuntimeException e) {
    return e instanceof Unavailable || org.thingward.platform.Problem.of(e).status() == 503;
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    work.release();
    thread.join(5_000);
  }
}

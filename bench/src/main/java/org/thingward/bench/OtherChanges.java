package org.thingward.bench;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.thingward.platform.Time;
import org.thingward.posture.Postures;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * The postures of other devices, which change all the time: one after the other is ordered into
 * quarantine, and released in the next round. None of them is connected.
 */
final class OtherChanges implements AutoCloseable {
  private static final int THREADS = 8;

  private final Postures postures;
  private final Time time;
  private final int devices;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger changed = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private volatile boolean closed;

  /** Begins, with so many devices; with none, nothing changes. */
  OtherChanges(Postures postures, Time time, int devices) {
    this.postures = postures;
    this.time = time;
    this.devices = devices;
    for (int i = 0; i < THREADS && devices > 0; i++) {
      threads.execute(this::change);
    }
  }

  private void change() {
    while (!closed) {
      int number = next.getAndIncrement();
      String order = number / devices % 2 == 0 ? "quarantine" : "release";
      Receipt _ = postures.sinkFor("operator").state(order(number % devices, order));
      changed.incrementAndGet();
    }
  }

  private Evidence order(int device, String order) {
    Instant now = time.now();
    return new Evidence(
        Subject.device("other-" + device),
        "operator.order",
        "operator",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of("order", new ClaimValue.Word(order))),
        now,
        Evidence.NO_END,
        Digest.of(new byte[0]));
  }

  /** How many postures changed so far. */
  int count() {
    return changed.get();
  }

  @Override
  public void close() {
    closed = true;
    threads.close();
  }
}

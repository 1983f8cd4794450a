package org.thingward.identity;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens soon, on another thread. */
final class Eventually {
  private Eventually() {}

  static void within(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + patience);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }
}

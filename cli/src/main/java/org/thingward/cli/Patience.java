package org.thingward.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what has no event of its own to wait for, for a bounded time. */
final class Patience {
  private static final long STEP_NANOS = 20_000_000;

  private Patience() {}

  /** Looks again and again until there is something; empty if the time is over before. */
  static <T> Optional<T> until(Duration patience, Supplier<Optional<T>> look) {
    long start = System.nanoTime();
    Optional<T> found = look.get();
    while (found.isEmpty() && System.nanoTime() - start < patience.toNanos()) {
      LockSupport.parkNanos(STEP_NANOS);
      found = look.get();
    }
    return found;
  }

  static boolean untilTrue(Duration patience, BooleanSupplier look) {
    return until(patience, () -> look.getAsBoolean() ? Optional.of(true) : Optional.empty())
        .isPresent();
  }
}

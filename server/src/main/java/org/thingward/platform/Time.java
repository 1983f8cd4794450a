package org.thingward.platform;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The one source of time in the server: UTC instants to record, monotonic time to measure with. */
public interface Time {
  /** The current instant, to the microsecond. */
  Instant now();

  /** Nanoseconds that only ever grow, from an arbitrary start. */
  long nanos();

  /** The machine's own clock. */
  static Time ofMachine() {
    return new Time() {
      @Override
      public Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
      }

      @Override
      public long nanos() {
        return System.nanoTime();
      }
    };
  }
}

package org.thingward.trust;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Arithmetic on instants that never overflows: beyond {@link Evidence#NO_END} nothing counts. */
final class Moments {
  private Moments() {}

  static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  /** {@code length} after {@code start}, to the microsecond, at most {@link Evidence#NO_END}. */
  static Instant after(Instant start, Duration length) {
    if (!start.isBefore(Evidence.NO_END)
        || length.compareTo(Duration.between(start, Evidence.NO_END)) >= 0) {
      return Evidence.NO_END;
    }
    Instant floor = Instant.EPOCH.minus(Duration.ofDays(1_000_000));
    return later(start, floor).plus(length).truncatedTo(ChronoUnit.MICROS);
  }
}

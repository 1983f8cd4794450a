package org.thingward.posture;

import java.time.Duration;
import java.time.Instant;
import org.thingward.platform.Time;

/** A clock that is moved by hand. */
final class TestTime implements Time {
  private volatile Instant now = Instant.parse("2026-11-23T10:00:00Z");

  private volatile Duration ahead = Duration.ZERO;

  @Override
  public Instant now() {
    return now.plus(ahead);
  }

  @Override
  public long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  /** Sets the wall clock; monotonic time knows nothing of it. */
  void jump(Duration offset) {
    ahead = ahead.plus(offset);
  }

  void pass(Duration length) {
    now = now.plus(length);
  }
}

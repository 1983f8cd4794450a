package org.thingward.app;

import java.time.Duration;
import java.time.Instant;
import org.thingward.platform.Time;

/** The machine's clock, put on by hand; monotonic time goes with it. */
final class PutOnClock implements Time {
  private final Time machine = Time.ofMachine();
  private volatile Duration by = Duration.ZERO;

  /** Shows so much more than the machine from now on. */
  void putOn(Duration ahead) {
    by = ahead;
  }

  /** Goes on by so much at once. */
  void pass(Duration more) {
    by = by.plus(more);
  }

  @Override
  public Instant now() {
    return machine.now().plus(by);
  }

  @Override
  public long nanos() {
    return machine.nanos() + by.toNanos();
  }
}

package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.thingward.platform.Time;

/** The machine's time, which a test can move on. */
final class SetTime implements Time {
  private final Time machine = Time.ofMachine();
  private final AtomicLong ahead = new AtomicLong();

  void pass(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  @Override
  public Instant now() {
    return machine.now().plusNanos(ahead.get());
  }

  @Override
  public long nanos() {
    return machine.nanos() + ahead.get();
  }
}

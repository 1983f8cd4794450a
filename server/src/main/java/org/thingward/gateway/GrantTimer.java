package org.thingward.gateway;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.thingward.platform.Time;

/** Says when the grant of a session ends. On the session's event loop only. */
final class GrantTimer {
  /** Timers take no longer time; a grant that ends later is looked at again then. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final EventLoop loop;
  private final Time time;
  private final Runnable isUp;
  private @Nullable Future<?> timer;

  /**
   * Not set yet.
   *
   * @param isUp runs on {@code loop} when a grant's time is up
   */
  GrantTimer(EventLoop loop, Time time, Runnable isUp) {
    this.loop = loop;
    this.time = time;
    this.isUp = isUp;
  }

  /** Rings at {@code until}, and no more when it was set to before. */
  void set(Instant until) {
    cancel();
    Duration left = Duration.between(time.now(), until);
    Duration wait = left.compareTo(LONGEST) < 0 ? left : LONGEST;
    timer = loop.schedule(() -> ring(until), wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void ring(Instant until) {
    if (time.now().isBefore(until)) {
      set(until);
    } else {
      isUp.run();
    }
  }

  void cancel() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}

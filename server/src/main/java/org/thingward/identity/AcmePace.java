package org.thingward.identity;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.platform.Time;

/**
 * Counts what each address was refused within an hour. Remembers so many addresses at most, and
 * forgets those heard of longest ago first.
 */
final class AcmePace {
  private static final int REMEMBERED = 10_000;
  private static final Duration WINDOW = Duration.ofHours(1);

  private final int most;
  private final Time time;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  /** {@code since} is when the window began, in monotonic nanoseconds. */
  private record Count(long since, int refused) {}

  AcmePace(int most, Time time) {
    this.most = most;
    this.time = time;
  }

  /**
   * Returns if this address may try.
   *
   * @throws AcmeRefused if it was refused too often
   */
  synchronized void requireWithin(String address) {
    Count count = counts.get(address);
    if (count != null && count.refused() >= most && left(count).isPositive()) {
      throw AcmeRefused.rateLimited(
          "This address showed %d bindings that are none. Wait.".formatted(most), left(count));
    }
  }

  synchronized void refused(String address) {
    Count before = counts.remove(address);
    counts.put(
        address,
        before != null && left(before).isPositive()
            ? new Count(before.since(), before.refused() + 1)
            : new Count(time.nanos(), 1));
    if (counts.size() > REMEMBERED) {
      counts.remove(counts.keySet().iterator().next());
    }
  }

  private Duration left(Count count) {
    return WINDOW.minusNanos(time.nanos() - count.since());
  }
}

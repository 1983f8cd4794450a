package org.thingward.attestation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Time;

/**
 * What devices were asked and have not answered: under each key the newest alone, each for a short
 * time, and good once. In memory alone: after a restart a device asks again.
 */
final class Outstanding<K, T> {

  private record Asked<T>(T question, long ends) {}

  private final Map<K, Asked<T>> byKey = new HashMap<>();
  private final Duration life;
  private final int most;
  private final Time time;

  /** As many as a fleet needs. */
  Outstanding(Duration life, Time time) {
    this(life, 100_000, time);
  }

  Outstanding(Duration life, int most, Time time) {
    this.life = life;
    this.most = most;
    this.time = time;
  }

  /** Asks; what was asked under this key before is over. */
  synchronized void ask(K key, T question) {
    long now = time.nanos();
    if (byKey.size() >= most) {
      byKey.values().removeIf(asked -> now - asked.ends() >= 0);
    }
    if (byKey.size() >= most) {
      throw new org.thingward.platform.Problem(
          503, "too-many-asked", "Too many devices have not answered yet. Try again shortly.");
    }
    byKey.put(key, new Asked<>(question, now + life.toNanos()));
  }

  /** What was asked under this key and may still be answered; no second time. */
  synchronized Optional<T> answered(K key) {
    Asked<T> asked = byKey.remove(key);
    return asked == null || time.nanos() - asked.ends() >= 0
        ? Optional.empty()
        : Optional.of(asked.question());
  }
}

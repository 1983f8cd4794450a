package org.thingward.attestation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Time;
import org.thingward.trust.Subject;

/**
 * What devices were asked and have not answered: of each the newest alone, each for a short time,
 * and good once. In memory alone: after a restart a device asks again.
 */
final class Outstanding<T> {
  private static final int MOST = 100_000;

  private record Asked<T>(T question, long ends) {}

  private final Map<Subject, Asked<T>> bySubject = new HashMap<>();
  private final Duration life;
  private final Time time;

  Outstanding(Duration life, Time time) {
    this.life = life;
    this.time = time;
  }

  /** Asks; what was asked of this subject before is over. */
  synchronized void ask(Subject subject, T question) {
    long now = time.nanos();
    if (bySubject.size() >= MOST) {
      bySubject.values().removeIf(asked -> now - asked.ends() >= 0);
    }
    if (bySubject.size() >= MOST) {
      throw new org.thingward.platform.Problem(
          503, "too-many-asked", "Too many devices have not answered yet. Try again shortly.");
    }
    bySubject.put(subject, new Asked<>(question, now + life.toNanos()));
  }

  /** What the subject was asked and may still answer; no second time. */
  synchronized Optional<T> answered(Subject subject) {
    Asked<T> asked = bySubject.remove(subject);
    return asked == null || time.nanos() - asked.ends() >= 0
        ? Optional.empty()
        : Optional.of(asked.question());
  }
}

package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import org.thingward.platform.Place;

/**
 * That a subject speaks from a place.
 *
 * @param place where
 * @param began when it was first seen there
 * @param seen when it was last seen there, as far as that was written down
 */
record Stay(Place place, Instant began, Instant seen) {
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(12);

  Duration length() {
    return Duration.between(began, seen);
  }

  /** Whether it is worth writing down that it goes on: the longer it lasts, the less often. */
  boolean isWorthNoting(Instant now) {
    Duration pause = length().dividedBy(8);
    Duration least = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    Duration waits = least.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : least;
    return Duration.between(seen, now).compareTo(waits) >= 0;
  }

  Stay seenAgain(Instant now) {
    return new Stay(place, began, now);
  }
}

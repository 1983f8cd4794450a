package org.thingward.drills;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A run that is asked for and has not begun.
 *
 * @param run its name, also once it has begun
 */
record Wish(UUID run, List<Plan> plans, DrillRecord.Asked asked) {
  /** For how long it waits. */
  static final Duration LIFE = Duration.ofMinutes(30);

  boolean isOver(Instant now) {
    return now.isAfter(asked.at().plus(LIFE));
  }

  List<String> names() {
    return plans.stream().map(Plan::drill).sorted().toList();
  }
}

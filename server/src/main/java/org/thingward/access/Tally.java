package org.thingward.access;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.thingward.trust.Subject;
import org.thingward.verify.approval.ApprovalEntry.Acted;

/**
 * How many devices each operator raised and lowered within a day without anyone's agreement (rule
 * O3). Each change counts by itself, also if it is of the same devices again. Not safe for many
 * threads.
 */
final class Tally {
  /** For how long what somebody did is counted. */
  static final Duration WINDOW = Duration.ofHours(24);

  // Oldest first.
  private final Deque<Acted> recent = new ArrayDeque<>();

  /** So many were raised, and so many lowered. */
  record Sum(int raised, int lowered) {}

  void add(Acted acted) {
    recent.addLast(acted);
  }

  /** What these operators, who are one person, did until now. */
  Sum of(Predicate<Subject> person, Instant now) {
    while (!recent.isEmpty() && recent.getFirst().at().plus(WINDOW).isBefore(now)) {
      recent.removeFirst();
    }
    int raised = 0;
    int lowered = 0;
    for (Acted acted : recent) {
      if (person.test(acted.operator())) {
        raised += acted.raised();
        lowered += acted.lowered();
      }
    }
    return new Sum(raised, lowered);
  }
}

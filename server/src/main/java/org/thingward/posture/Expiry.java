package org.thingward.posture;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

/** When which subject must be appraised again. */
final class Expiry {
  private record Due(Instant at, Subject subject) {}

  private final PriorityQueue<Due> queue = new PriorityQueue<>(Comparator.comparing(Due::at));
  private final Map<Subject, Instant> latest = new HashMap<>();

  synchronized void put(Subject subject, Instant at) {
    if (at.equals(Evidence.NO_END)) {
      latest.remove(subject);
    } else if (!at.equals(latest.put(subject, at))) {
      queue.add(new Due(at, subject));
    }
  }

  /** Takes out the subjects that are due. */
  synchronized Set<Subject> due(Instant now) {
    Set<Subject> due = new TreeSet<>();
    while (!queue.isEmpty() && !queue.element().at().isAfter(now)) {
      Due next = queue.remove();
      if (latest.remove(next.subject(), next.at())) {
        due.add(next.subject());
      }
    }
    return due;
  }
}

package org.thingward.drills;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.Receipt;

/**
 * Drills that were run one after the other, as far as they are reported.
 *
 * @param receipt of the entry that says that it began
 * @param results in the order in which they came
 */
record Run(DrillRecord.Begun begun, Receipt receipt, List<Told> results) {
  /** Without a report for so long, it counts as broken off: no drill takes as long. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  /** A result with its entry. */
  record Told(DrillRecord.Reported reported, Receipt receipt) {
    Result result() {
      return reported.result();
    }
  }

  /** How far it is. */
  enum State {
    RUNNING,
    DONE,
    BROKEN_OFF;

    /** The lower-case, hyphenated word used in the API. */
    String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  Run {
    results = List.copyOf(results);
  }

  UUID id() {
    return begun.run();
  }

  Run with(Told told) {
    List<Told> more = new ArrayList<>(results);
    more.add(told);
    return new Run(begun, receipt, more);
  }

  /** When it was last heard of. */
  Instant heard() {
    return results.isEmpty() ? begun.at() : results.getLast().reported().at();
  }

  State state(Instant now) {
    if (results.size() == begun.plans().size()) {
      return State.DONE;
    }
    return now.isAfter(heard().plus(PATIENCE)) ? State.BROKEN_OFF : State.RUNNING;
  }

  boolean plans(String drill) {
    return begun.plans().stream().anyMatch(plan -> plan.drill().equals(drill));
  }

  Optional<Told> of(String drill) {
    return results.stream().filter(told -> told.result().drill().equals(drill)).findFirst();
  }

  long count(Outcome outcome) {
    return results.stream().filter(told -> told.result().outcome() == outcome).count();
  }
}

package org.thingward.drills;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Problem;

/**
 * What came of one drill in one run, as its runner reports it: what was observed, and no more.
 *
 * @param details what stopped it, how it got through, or why it was not run
 * @param stops what stopped it, in the order in which it was seen
 * @param steps what was done and what was seen
 * @param tookMillis how long it took, in milliseconds
 * @param entry the index of a decision about its victim
 */
record Result(
    String drill,
    Outcome outcome,
    List<String> details,
    List<Line> stops,
    List<Step> steps,
    long tookMillis,
    Optional<Long> entry) {
  private static final int MOST = 100;
  private static final int LONGEST = 500;
  private static final int LONGEST_NAME = 60;

  /**
   * One thing that was done or seen.
   *
   * @param afterMicros how long after the attack began, in microseconds
   * @param who the attacker, the victim, an operator, or a layer
   */
  record Step(long afterMicros, String who, String what) {
    static Step of(Reading read) {
      Reading known = read.only("after-micros", "who", "what");
      return new Step(
          known.number("after-micros"),
          known.word("who", LONGEST_NAME),
          known.text("what", LONGEST));
    }

    Map<String, Object> tree() {
      return Map.of("after-micros", afterMicros, "who", who, "what", what);
    }
  }

  static Result of(Reading known) {
    Result result =
        new Result(
            known.word("drill", LONGEST_NAME),
            Outcome.ofWord(known.text("outcome", LONGEST_NAME)),
            known.texts("details", MOST, LONGEST),
            known.list("stops", MOST, Line::of),
            known.list("steps", MOST, Step::of),
            known.number("took-ms"),
            known.numberOrNone("entry"));
    boolean told =
        switch (result.outcome) {
          case STOPPED -> !result.stops.isEmpty();
          case NOT_RUN -> result.stops.isEmpty();
          case GOT_THROUGH -> true;
        };
    if (!told || result.details.isEmpty()) {
      throw new Problem(
          422,
          "incomplete-report",
          "A report says in 'details' what happened; 'stops' says what stopped it, and is empty if it was not run.");
    }
    return result;
  }

  /** The layers that stopped it, in the order in which they were seen. */
  List<String> layers() {
    return stops.stream().map(Line::layer).distinct().toList();
  }

  Map<String, Object> tree() {
    Map<String, Object> tree =
        new HashMap<>(
            Map.of(
                "drill",
                drill,
                "outcome",
                outcome.word(),
                "details",
                details,
                "stops",
                Line.trees(stops),
                "steps",
                steps.stream().map(Step::tree).toList(),
                "took-ms",
                tookMillis));
    entry.ifPresent(index -> tree.put("entry", index));
    return tree;
  }
}

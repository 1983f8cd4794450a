package org.thingward.drills;

import java.util.List;
import java.util.Map;
import org.thingward.platform.Problem;

/**
 * One drill, as its runner describes it. The lines of defence are what is known of it beforehand:
 * what a run observed is in its {@link Result}.
 *
 * @param drill its name
 * @param number its place among all
 * @param attempt what the attacker attempts
 * @param group what it goes for
 * @param rules the promises that it tries
 * @param first what stops it
 * @param second what stops it where the first fails
 * @param shown how that is known
 * @param without why there is no second line; empty if there is one
 */
record Plan(
    String drill,
    int number,
    String attempt,
    String group,
    List<String> rules,
    List<Line> first,
    List<Line> second,
    String shown,
    String without) {
  private static final int MOST = 100;
  private static final int MOST_LINES = 8;
  private static final int LONGEST = 500;
  private static final int LONGEST_NAME = 60;

  static Plan of(Reading read) {
    Reading known =
        read.only(
            "drill", "number", "attempt", "group", "rules", "first", "second", "shown", "without");
    return new Plan(
        known.word("drill", LONGEST_NAME),
        (int) Math.min(MOST, known.number("number")),
        known.text("attempt", LONGEST),
        known.text("group", LONGEST_NAME),
        known.texts("rules", MOST_LINES, LONGEST_NAME),
        known.list("first", MOST_LINES, Line::of),
        known.list("second", MOST_LINES, Line::of),
        known.word("shown", LONGEST_NAME),
        known.textOrNone("without", LONGEST));
  }

  /** At least one drill, each once. */
  static List<Plan> all(Reading read) {
    List<Plan> plans = read.list("drills", MOST, Plan::of);
    if (plans.isEmpty()) {
      throw new Problem(422, "no-drills", "'drills' is empty: name what is to be run.");
    }
    Reading.requireDifferent(plans.stream().map(Plan::drill).toList(), "drills");
    return plans;
  }

  Map<String, Object> tree() {
    return Map.of(
        "drill", drill,
        "number", number,
        "attempt", attempt,
        "group", group,
        "rules", rules,
        "first", Line.trees(first),
        "second", Line.trees(second),
        "shown", shown,
        "without", without);
  }
}

package org.thingward.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * One line of the table of results.
 *
 * @param what what was measured
 * @param unit what the numbers count
 * @param ours our numbers, one for each round
 * @param reference what stood beside it in the same run
 * @param theirs its numbers
 * @param goal what DESIGN.md §9 asks of ours
 */
record Figure(
    String what, String unit, double[] ours, String reference, double[] theirs, String goal) {
  /** With what every line of the table begins, so that it can be told from other output. */
  static final String MARK = "| ";

  /** The table's head. */
  static final String HEAD =
      "| what | reference in the same run | ours, median (min–max) | ratio | goal |\n"
          + "|---|---|---|---|---|";

  /** A figure taken once. */
  static Figure once(
      String what, String unit, double ours, String reference, double theirs, String goal) {
    return new Figure(what, unit, new double[] {ours}, reference, new double[] {theirs}, goal);
  }

  /** The line, in Markdown. */
  String line() {
    return String.format(
        Locale.ROOT,
        "| %s | %s: %s | %s %s | %.2f | %s |",
        what,
        reference,
        spread(theirs),
        spread(ours),
        unit,
        median(ours) / median(theirs),
        goal);
  }

  void print() {
    System.out.println(line());
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String spread(double[] values) {
    if (values.length == 1) {
      return number(values[0]);
    }
    return "%s (%s–%s)"
        .formatted(
            number(median(values)),
            number(Arrays.stream(values).min().orElse(0)),
            number(Arrays.stream(values).max().orElse(0)));
  }

  private static String number(double value) {
    String form = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f";
    return String.format(Locale.ROOT, form, value);
  }
}

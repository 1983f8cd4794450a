package org.thingward.drill;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is known to stop an attack, whatever a run observes: docs/drills.md says the same, and tests
 * show it.
 *
 * @param rules the promises that it puts to the test, e.g. G1
 * @param first what stops it; more than one where it has more than one way in
 * @param second what stops it where the first fails; empty if nothing does at once
 * @param shown how that is known of the second
 * @param without why there is no second, or what there is instead; empty if there is one
 */
public record Defence(
    List<String> rules, List<Line> first, List<Line> second, Shown shown, String without) {

  /** How it is known that the second line holds. */
  public enum Shown {
    /** A server is built without the first line, and attacked. */
    WEAKENED_BUILD,
    /** The drill asks both in each run. */
    EACH_RUN,
    /** There is none. */
    NEVER;

    /** The lower-case, hyphenated word used in reports. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One line of defence.
   *
   * @param layer which part of the server
   * @param how what it does about this attack
   */
  public record Line(Attack.Layer layer, String how) {
    @Override
    public String toString() {
      return layer.word() + ": " + how;
    }
  }

  public Defence {
    rules = List.copyOf(rules);
    first = List.copyOf(first);
    second = List.copyOf(second);
    if (first.isEmpty() || second.isEmpty() == without.isEmpty()) {
      throw new IllegalArgumentException("there is a second line, or it is said why there is none");
    }
  }

  /** Two lines, one behind the other. */
  static Defence inDepth(String rules, Line first, Line second) {
    return new Defence(split(rules), List.of(first), List.of(second), Shown.WEAKENED_BUILD, "");
  }

  /** Two lines that the drill asks one as well as the other. */
  static Defence asked(String rules, Line first, Line second) {
    return new Defence(split(rules), List.of(first), List.of(second), Shown.EACH_RUN, "");
  }

  /**
   * One line.
   *
   * @param without begins with "none"
   */
  static Defence single(String rules, String without, Line... first) {
    return new Defence(split(rules), List.of(first), List.of(), Shown.NEVER, without);
  }

  static Line line(Attack.Layer layer, String how) {
    return new Line(layer, how);
  }

  private static List<String> split(String rules) {
    return List.of(rules.split(", "));
  }

  /** The first line in words. */
  public String firstText() {
    return text(first);
  }

  /** The second line in words, or why there is none. */
  public String secondText() {
    return second.isEmpty() ? without : text(second);
  }

  private static String text(List<Line> lines) {
    return lines.stream().map(Line::toString).collect(Collectors.joining("; "));
  }
}

package org.thingward.verify.bundle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the check of a bundle found, a line for each part.
 *
 * @param lines the parts in order
 * @param conclusion what is proved by all of it, in one sentence; what is wrong, if anything is
 */
public record BundleReport(List<Line> lines, String conclusion) {
  public BundleReport {
    lines = List.copyOf(lines);
  }

  /** How a part came out. */
  public enum Outcome {
    /** It holds. */
    OK,
    /** It cannot be shown, because a record it needs was deleted or left out. */
    GONE,
    /** It cannot be shown by this bundle, and is not asked for. */
    NONE,
    /** It does not hold. */
    WRONG;

    /** The lower-case word in reports. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One part.
   *
   * @param part what was checked: evidence, appraisal, decision, entry, witnesses
   * @param text what was found
   */
  public record Line(String part, String text, Outcome outcome) {}

  /** Whether everything that was asked for holds. */
  public boolean ok() {
    return lines.stream()
        .allMatch(line -> line.outcome() == Outcome.OK || line.outcome() == Outcome.NONE);
  }

  /** The report for a person. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    for (Line line : lines) {
      String mark = line.outcome() == Outcome.NONE ? "" : line.outcome().word();
      text.add("%-12s %-88s %s".formatted(line.part(), line.text(), mark).stripTrailing());
    }
    text.add("so: " + conclusion);
    return text;
  }
}

package org.thingward.verify.replay;

import java.time.Instant;
import java.util.List;
import org.thingward.trust.Decision;

/**
 * What a replay found.
 *
 * @param decisions how many decisions were decided again
 * @param subjects whose they are
 * @param appraisals how many appraisals that took
 * @param differing how many would have been decided differently
 * @param beyondPolicy how many were denials that no policy made, such as storage that failed; they
 *     are not compared
 * @param unrepeated how many the policy of their time does not repeat from the evidence on record,
 *     so that they are not compared
 * @param groups those that differ, by what they have in common, the most first
 * @param ungrouped how many differ in yet other ways
 */
public record ReplayReport(
    long decisions,
    long subjects,
    long appraisals,
    long differing,
    long beyondPolicy,
    long unrepeated,
    List<Group> groups,
    long ungrouped) {
  public ReplayReport {
    groups = List.copyOf(groups);
  }

  /**
   * Decisions that differ alike.
   *
   * @param difference what they have in common
   * @param decisions how many there are
   * @param subjects of how many subjects
   * @param examples some of them, of different subjects
   */
  public record Group(
      Difference difference, long decisions, long subjects, List<Example> examples) {
    public Group {
      examples = List.copyOf(examples);
    }
  }

  /**
   * One decision that differs.
   *
   * @param recorded it, as it is on record, or one alike
   * @param at when it was made
   * @param after what the other policy decides
   */
  public record Example(Decision recorded, Instant at, Decision after) {}
}

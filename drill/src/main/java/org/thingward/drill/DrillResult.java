package org.thingward.drill;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * How one drill ended.
 *
 * @param drill the attack
 * @param outcome whether it was stopped
 * @param details what stopped it, how it got through, or why it was not run; never empty
 * @param layers how many different layers stopped it
 * @param took how long it took
 * @param entry the index of the ledger entry that tells of it, if there is one
 */
public record DrillResult(
    Drill drill,
    Outcome outcome,
    List<String> details,
    int layers,
    Duration took,
    OptionalLong entry) {

  /** What can come of a drill. */
  public enum Outcome {
    /** The defence held. */
    STOPPED,
    /** The attacker got what it wanted. */
    SUCCEEDED,
    /** Nothing was learnt. */
    NOT_RUN;

    /** The lower-case word used in reports. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  public DrillResult {
    details = List.copyOf(details);
  }
}

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
 * @param stops what stopped it, as it was seen in this run; empty if nothing was learnt
 * @param steps what was done and what was seen, in order
 * @param took how long it took
 * @param entry the index of the ledger entry that tells of it, if there is one
 */
public record DrillResult(
    Drill drill,
    Outcome outcome,
    List<String> details,
    List<Attack.Stop> stops,
    List<Attack.Step> steps,
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
    stops = List.copyOf(stops);
    steps = List.copyOf(steps);
  }

  /** How many different layers stopped it. */
  public int layers() {
    return (int) stops.stream().map(Attack.Stop::layer).distinct().count();
  }
}

package org.thingward.drill;

/**
 * One attack. It acts as the attacker would, and looks for itself whether it got through; what the
 * server says of itself only adds where it is on record.
 */
public interface Drill {
  /** Its name: lower-case words joined by hyphens; never changes. */
  String id();

  /** What the attacker attempts, and what it would gain; one sentence. */
  String attempt();

  /**
   * Attacks.
   *
   * @throws DrillNotRun if what it needs is not there
   */
  Attack run(Target target);
}

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

  /** What kind of attack it is. */
  Group group();

  /** What is known to stop it. */
  Defence defence();

  /** What the attacker goes for. */
  enum Group {
    CONNECTIONS("Connections and input"),
    KEYS("Keys and enrolment"),
    SESSIONS("Sessions and topics"),
    EVIDENCE("Evidence and posture"),
    LEDGER("Ledger and database");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    /** How people call it. */
    public String title() {
      return title;
    }
  }

  /**
   * Attacks.
   *
   * @throws DrillNotRun if what it needs is not there
   */
  Attack run(Target target);
}

package org.thingward.verify.diff;

import java.util.EnumSet;
import java.util.Set;

/** In which way a decision differs, the gravest first. */
public enum Change {
  /** What was permitted is denied. */
  DENIES("denies"),
  /** What was denied is permitted. */
  PERMITS("permits"),
  /** Rights that were granted are not. */
  NARROWS("narrows rights"),
  /** Rights that were not granted are. */
  WIDENS("widens rights"),
  /** The tier is a worse one. */
  LOWERS("lowers"),
  /** The tier is a better one. */
  RAISES("raises"),
  /** A grant ends earlier. */
  SHORTENS("shortens grants"),
  /** A grant ends later. */
  LENGTHENS("lengthens grants"),
  /** A denial names another reason, and nothing else differs. */
  REASONS("changes reasons");

  private final String word;

  Change(String word) {
    this.word = word;
  }

  /** Whether only ends of grants differ. */
  static boolean areOfTime(Set<Change> changes) {
    return EnumSet.of(SHORTENS, LENGTHENS).containsAll(changes);
  }

  /** The lower-case words used in output. */
  public String word() {
    return word;
  }
}

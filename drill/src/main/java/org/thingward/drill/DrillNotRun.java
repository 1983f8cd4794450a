package org.thingward.drill;

/** An attack could not even be tried: that says nothing about the defence, so it counts as bad. */
public final class DrillNotRun extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what was missing. */
  public DrillNotRun(String why) {
    super(why);
  }

  /** Says what was missing. */
  public DrillNotRun(String why, Throwable cause) {
    super(why, cause);
  }
}

package org.thingward.cli;

/** A step of the story did not go as it must. */
final class SceneFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SceneFailed(String why) {
    super(why);
  }

  /** Fails with {@code why} unless {@code true}. */
  static void unless(boolean asItMust, String why) {
    if (!asItMust) {
      throw new SceneFailed(why);
    }
  }
}

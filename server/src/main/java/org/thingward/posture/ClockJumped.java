package org.thingward.posture;

import java.time.Duration;
import org.thingward.platform.Unavailable;

/** Nothing rises and nothing is issued while the wall clock is in doubt (rule T7). */
public final class ClockJumped extends RuntimeException implements Unavailable {
  private static final long serialVersionUID = 1L;

  ClockJumped(Duration offset) {
    super(text(offset));
  }

  /** What is wrong and what to do, for a person. */
  static String text(Duration offset) {
    return "the clock jumped by %d s, so nothing rises and nothing is issued; set it right, or"
            .formatted(offset.toSeconds())
        + " accept it: thingward clock accept";
  }
}

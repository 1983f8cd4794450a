package org.thingward.console;

import java.util.HashMap;
import java.util.Map;
import org.thingward.platform.Problem;
import org.thingward.trust.Subject;

/**
 * A bound on answers that go on for as long as their reader likes. Each keeps a connection of the
 * listener, so that whoever leaves thousands open would keep all others out.
 */
final class OpenStreams {
  /** How many an operator may have: a browser's tabs and a few programs. */
  static final int OF_ONE = 16;

  /** How many there may be; half of the listener's connections stay free for what ends. */
  static final int OF_ALL = 256;

  private final Map<Subject, Integer> open = new HashMap<>();
  private int all;

  /** Ends with {@link #close()}, which makes room for another. */
  interface Stream extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Counts one more.
   *
   * @throws Problem 429 if there are too many
   */
  synchronized Stream begin(Subject operator) {
    int own = open.getOrDefault(operator, 0);
    if (own >= OF_ONE) {
      throw tooMany("You have %d streams of events open. Close one of them.".formatted(own));
    }
    if (all >= OF_ALL) {
      throw tooMany("%d streams of events are open. Try again later.".formatted(all));
    }
    open.put(operator, own + 1);
    all++;
    return () -> end(operator);
  }

  private synchronized void end(Subject operator) {
    open.computeIfPresent(operator, (who, count) -> count == 1 ? null : count - 1);
    all--;
  }

  private static Problem tooMany(String detail) {
    return new Problem(429, "too-many-streams", detail);
  }
}

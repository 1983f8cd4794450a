package org.thingward.access;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/** Challenges that are out: each is taken once, for what it was made for, before it expires. */
final class Challenges {
  /** How long an operator has for one ceremony. */
  static final Duration LIFE = Duration.ofMinutes(5);

  private static final int MOST = 4_096;

  private record Out(Challenge challenge, long ends) {}

  // Oldest first; all live equally long.
  private final Map<String, Out> out = new LinkedHashMap<>();
  private final Randomness randomness;
  private final Time time;

  Challenges(Randomness randomness, Time time) {
    this.randomness = randomness;
    this.time = time;
  }

  /** A new one. When too many are out, the oldest ends. */
  Challenge make(Purpose purpose, String about) {
    return put(Challenge.draw(purpose, about, randomness));
  }

  /** Gives this one out. */
  synchronized Challenge put(Challenge challenge) {
    long now = time.nanos();
    Iterator<Out> oldest = out.values().iterator();
    while (oldest.hasNext()) {
      if (oldest.next().ends() - now > 0 && out.size() < MOST) {
        break;
      }
      oldest.remove();
    }
    out.put(challenge.text(), new Out(challenge, now + LIFE.toNanos()));
    return challenge;
  }

  /**
   * Takes the challenge {@code text} back; from then on it is used, whatever comes of it.
   *
   * @throws Problem 409 if it is not out, or was made for another purpose
   */
  synchronized Challenge take(Purpose purpose, String text) {
    Out found = out.remove(text);
    if (found == null || found.ends() - time.nanos() <= 0) {
      throw new Problem(
          409,
          "challenge-over",
          "This challenge was used, has expired or is unknown. Begin again.");
    }
    if (found.challenge().purpose() != purpose) {
      throw new Problem(
          409, "challenge-purpose", "This challenge was made for something else. Begin again.");
    }
    return found.challenge();
  }
}

package org.thingward.cli;

import java.time.Duration;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.Durations;

/** How subjects and lengths of time are written on the command line. */
final class Names {
  private Names() {}

  /**
   * {@code device:ID}, {@code service:NAME} and so on; a name without a known kind is a device's
   * id.
   */
  static Subject subject(String text) {
    try {
      return text.matches("(device|service|operator|product|release):.*")
          ? Subject.parse(text)
          : Subject.device(text);
    } catch (IllegalArgumentException e) {
      throw new Failed(String.valueOf(e.getMessage()), e);
    }
  }

  /** A length of time, such as {@code 90s} or {@code 10m}. */
  static Duration duration(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Failed(String.valueOf(e.getMessage()), e);
    }
  }
}

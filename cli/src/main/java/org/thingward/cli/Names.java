package org.thingward.cli;

import org.thingward.trust.Subject;

/** How subjects are named on the command line. */
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
}

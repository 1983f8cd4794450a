package org.thingward.identity;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.thingward.platform.Problem;

/** Durations as people write them: {@code 90d}, {@code 24h}, {@code 15m}, {@code 30s}. */
final class Durations {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,6})([dhms])");

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @throws Problem 400 if it has another form
   */
  static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new Problem(400, "duration", "A duration is written 7d, 24h, 15m or 30s.");
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "d" -> Duration.ofDays(number);
      case "h" -> Duration.ofHours(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  /** In the largest unit that loses nothing; 24h stays hours. */
  static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0 && seconds > 86_400) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}

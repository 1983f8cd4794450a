package org.thingward.verify.policy;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them here: a whole number and a unit, such as 36h. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})(s|m|h|d)?");

  private Durations() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none, saying how one is written
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no duration; a duration is written 30d, 36h, 15m, 10s"
              .formatted(Mistakes.brief(text)));
    }
    String unit = matcher.group(2);
    if (unit == null) {
      throw new IllegalArgumentException(
          "'%s' has no unit; a duration is written %sd, 36h, 15m".formatted(text, text));
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (unit) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** Writes one in the largest unit that loses nothing; 24h stays hours. */
  public static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0 && seconds > 86_400) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  static Optional<Duration> read(Node node, String text, Mistakes mistakes) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      mistakes.add(node, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}

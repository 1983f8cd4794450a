package org.thingward.verify.policy;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as policies write them: a whole number and a unit. */
final class Durations {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})(s|m|h|d)?");

  private Durations() {}

  static Optional<Duration> read(Node node, String text, Mistakes mistakes) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      String shown = Mistakes.brief(text);
      mistakes.add(
          node, "'" + shown + "' is no duration; a duration is written 30d, 36h, 15m, 10s");
      return Optional.empty();
    }
    String unit = matcher.group(2);
    if (unit == null) {
      mistakes.add(
          node, "'%s' has no unit; a duration is written %sd, 36h, 15m".formatted(text, text));
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (unit) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        });
  }
}

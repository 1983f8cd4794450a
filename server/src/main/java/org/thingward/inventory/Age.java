package org.thingward.inventory;

import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An age as people write it: {@code 400d}, {@code 8w}, {@code 1y}. */
final class Age {
  /** How one is written. */
  static final String FORM = "write an age as 400d, 8w or 1y.";

  private static final Pattern AGE = Pattern.compile("([1-9][0-9]{0,3})([dwy])");

  private Age() {}

  /** The day that was so long before {@code today}; empty if {@code text} is no age. */
  static Optional<LocalDate> before(LocalDate today, String text) {
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "d" -> today.minusDays(number);
          case "w" -> today.minusWeeks(number);
          default -> today.minusYears(number);
        });
  }
}

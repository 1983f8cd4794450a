package org.thingward.inventory;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Checks the cells of one row and says of each what is wrong with it. */
final class CellCheck {
  private static final int LONGEST_TEXT = 128;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

  private final Row row;
  private final String prefix;
  private final RowErrors errors;
  private final int before;

  CellCheck(Row row, String prefix, RowErrors errors) {
    this.row = row;
    this.prefix = prefix;
    this.errors = errors;
    this.before = errors.count();
  }

  /** Whether no cell was refused. */
  boolean passed() {
    return row.sound() && errors.count() == before && !errors.full();
  }

  void refuse(String column, String message) {
    errors.add(row.number(), prefix + column, message);
  }

  /** A cell that must be a name; {@code form} throws if it is none. */
  String name(String column, Consumer<String> form) {
    String value = required(column);
    if (!value.isEmpty()) {
      try {
        form.accept(value);
      } catch (IllegalArgumentException e) {
        refuse(column, message(e));
      }
    }
    return value;
  }

  /** A cell that must be a word such as a region or version. */
  String word(String column) {
    String value = required(column);
    if (!value.isEmpty() && !NAME.matcher(value).matches()) {
      refuse(column, "'%s' must match %s".formatted(brief(value), NAME.pattern()));
    }
    return value;
  }

  /** A cell of free text, which may be empty. */
  String text(String column) {
    String value = row.cell(column);
    if (value.length() > LONGEST_TEXT) {
      refuse(column, "longer than " + LONGEST_TEXT + " characters");
    } else if (!value.equals(value.strip())) {
      refuse(column, "begins or ends with white space");
    } else if (!isFit(value)) {
      refuse(column, "holds a control character, a line break or half a surrogate pair");
    }
    return value;
  }

  /** A cell that must be a date; empty if it is absent or was refused. */
  Optional<LocalDate> date(String column) {
    String value = row.cell(column);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      LocalDate date = LocalDate.parse(value);
      if (date.getYear() >= 1970 && date.getYear() < 9999) {
        return Optional.of(date);
      }
      refuse(column, "'" + brief(value) + "' is not between 1970 and 9998");
    } catch (DateTimeParseException e) {
      refuse(column, "'" + brief(value) + "' is no date; write it as 2026-11-23");
    }
    return Optional.empty();
  }

  /** Whether this can be the name of a device, product, version or region. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether this is text that can be stored and shown. */
  static boolean isFit(String text) {
    return text.codePoints().noneMatch(CellCheck::isUnfit);
  }

  String required(String column) {
    String value = row.cell(column);
    if (value.isEmpty()) {
      refuse(column, "must not be empty");
    }
    return value;
  }

  static String brief(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    String clean = new String(utf8, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "\uFFFD");
    return clean.length() <= 80 ? clean : clean.substring(0, 80) + "…";
  }

  private static String message(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "\uFFFD");
  }

  private static boolean isUnfit(int character) {
    return Character.isISOControl(character)
        || character == 0x2028
        || character == 0x2029
        || (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
  }
}

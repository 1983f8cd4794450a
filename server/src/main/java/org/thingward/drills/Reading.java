package org.thingward.drills;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.thingward.platform.Problem;
import org.thingward.platform.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a runner sends, member by member: bounded, and without characters that people do not see. It
 * is read back from the ledger in the same way.
 *
 * @param place where it is in the body; empty for all of it
 */
record Reading(JsonNode tree, String place) {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final StrictJson JSON = StrictJson.upTo(8);

  /**
   * A body.
   *
   * @throws Problem 400 if it is no JSON object
   */
  static Reading of(byte[] body) {
    try {
      JsonNode tree = JSON.read(body);
      if (tree.isObject()) {
        return new Reading(tree, "");
      }
    } catch (JacksonException e) {
      throw new Problem(400, "malformed-json", "The body is no JSON: " + e.getOriginalMessage());
    }
    throw new Problem(400, "malformed-json", "The body is a JSON object; this is none.");
  }

  /** Refuses members other than these. */
  Reading only(String... names) {
    Set<String> known = Set.of(names);
    for (String name : tree.propertyNames()) {
      if (!known.contains(name)) {
        throw new Problem(
            400, "unknown-member", "'%s' is not known here; leave it out.".formatted(at(name)));
      }
    }
    return this;
  }

  boolean has(String name) {
    return tree.has(name);
  }

  /** A text that people read, of 1 to so many characters. */
  String text(String name, int most) {
    return text(tree.path(name), at(name), 1, most);
  }

  /** As {@link #text}, or empty. */
  String textOrNone(String name, int most) {
    return has(name) ? text(tree.path(name), at(name), 0, most) : "";
  }

  /** A list of at most so many such texts. */
  List<String> texts(String name, int items, int most) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : array(name, items)) {
      texts.add(text(each, at(name), 1, most));
    }
    return texts;
  }

  /** Lower-case words joined by hyphens, of so many characters at most. */
  String word(String name, int most) {
    String text = text(name, most);
    if (!WORD.matcher(text).matches()) {
      throw malformed(at(name), "is of lower-case words joined by hyphens");
    }
    return text;
  }

  /** A whole number from 0 on. */
  long number(String name) {
    JsonNode value = tree.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw malformed(at(name), "is a whole number, 0 at least");
    }
    return value.longValue();
  }

  /** As {@link #number}; empty if there is none. */
  Optional<Long> numberOrNone(String name) {
    return has(name) ? Optional.of(number(name)) : Optional.empty();
  }

  /** A list of at most so many objects, each read by {@code each}. */
  <T> List<T> list(String name, int items, Function<Reading, T> each) {
    List<T> read = new ArrayList<>();
    for (JsonNode one : array(name, items)) {
      String where = at(name) + "[" + read.size() + "]";
      if (!one.isObject()) {
        throw malformed(where, "is an object");
      }
      read.add(each.apply(new Reading(one, where)));
    }
    return read;
  }

  /** Returns if they differ from each other. */
  static void requireDifferent(List<String> names, String what) {
    if (new HashSet<>(names).size() != names.size()) {
      throw new Problem(422, "twice", "'" + what + "' names one of them twice.");
    }
  }

  private JsonNode array(String name, int items) {
    JsonNode list = tree.path(name);
    if (!list.isArray() || list.size() > items) {
      throw malformed(at(name), "is a list of %d at most".formatted(items));
    }
    return list;
  }

  private static String text(JsonNode value, String where, int least, int most) {
    String text = value.isString() ? value.asString() : "";
    boolean well =
        value.isString()
            && least <= text.length()
            && text.length() <= most
            && text.codePoints().noneMatch(Reading::isUnseen);
    if (!well) {
      throw malformed(
          where, "is a text of %d to %d characters that can be seen".formatted(least, most));
    }
    return text;
  }

  private static boolean isUnseen(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private String at(String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private static Problem malformed(String where, String rule) {
    return new Problem(422, "malformed-report", "'" + where + "' " + rule + ".");
  }
}

package org.thingward.inventory;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.NearestWord;
import org.thingward.platform.Problem;
import org.thingward.trust.Scope;

/** Reads the query parameters of a request, strictly. */
final class Query {
  static final int MOST = 500;

  private static final int USUAL = 100;

  /** The longest value of a parameter, in characters. */
  static final int LONGEST = 256;

  private static final List<String> FILTERS =
      List.of("product", "release", "region", "owner", "lifecycle", "stale");
  private static final String CURSOR_VERSION = "1:";

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /** Throws if there is a parameter that is not in {@code known}. */
  static Query of(Map<String, String> values, String... known) {
    return of(values, List.of(known));
  }

  /** As {@link #of}; the parameters of {@link #filter} are known as well. */
  static Query withFilter(Map<String, String> values, String... known) {
    List<String> all = new ArrayList<>(FILTERS);
    all.addAll(List.of(known));
    return of(values, all);
  }

  private static Query of(Map<String, String> values, List<String> known) {
    for (Map.Entry<String, String> parameter : values.entrySet()) {
      String name = parameter.getKey();
      if (!known.contains(name)) {
        throw wrong(name, "there is no such parameter." + NearestWord.hint(name, known));
      }
      if (parameter.getValue().length() > LONGEST || !CellCheck.isFit(parameter.getValue())) {
        throw wrong(name, "it is too long or holds characters that no record has.");
      }
    }
    return new Query(values);
  }

  /** The devices within {@code scope} that are asked for. */
  DeviceFilter filter(LocalDate today, Scope scope) {
    return new DeviceFilter(
        value("product"),
        value("release"),
        value("region"),
        value("owner"),
        value("lifecycle").map(Query::lifecycle),
        value("stale")
            .map(age -> Age.before(today, age).orElseThrow(() -> wrong("stale", Age.FORM))),
        scope);
  }

  private static Lifecycle lifecycle(String word) {
    return Lifecycle.ofWord(word)
        .orElseThrow(
            () -> wrong("lifecycle", "it is one of " + String.join(", ", Lifecycle.WORDS) + "."));
  }

  int limit() {
    String text = value("limit").orElse("" + USUAL);
    if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > MOST) {
      throw wrong("limit", "it is a number from 1 to " + MOST + ".");
    }
    return Integer.parseInt(text);
  }

  String text(String name) {
    return value(name).orElse("");
  }

  boolean flag(String name) {
    return switch (value(name).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, "it is true or false.");
    };
  }

  /** One of {@code words}; the first of them if it is not given. */
  String oneOf(String name, List<String> words) {
    String value = value(name).orElse(words.getFirst());
    if (!words.contains(value)) {
      throw wrong(name, "it is one of " + String.join(", ", words) + ".");
    }
    return value;
  }

  /** How many rows come before the page. */
  int skip() {
    String text = value("skip").orElse("0");
    if (!text.matches("0|[1-9][0-9]{0,7}")) {
      throw wrong("skip", "it is a number from 0.");
    }
    return Integer.parseInt(text);
  }

  /** The id behind which to go on; empty to begin. */
  String after() {
    Optional<String> cursor = value("cursor");
    if (cursor.isEmpty()) {
      return "";
    }
    return decoded(cursor.get())
        .filter(text -> text.startsWith(CURSOR_VERSION))
        .map(text -> text.substring(CURSOR_VERSION.length()))
        .filter(CellCheck::isName)
        .orElseThrow(() -> wrong("cursor", "give back 'next' of the page before, unchanged."));
  }

  private static Optional<String> decoded(String cursor) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      return Optional.of(new String(bytes, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The cursor for the page behind {@code id}. */
  static String cursor(String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((CURSOR_VERSION + id).getBytes(StandardCharsets.US_ASCII));
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  private static Problem wrong(String name, String message) {
    return new Problem(
        400, "query-refused", "Query parameter '%s': %s".formatted(CellCheck.brief(name), message));
  }
}

package org.thingward.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.thingward.trust.Tier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the server's answers for showing: what is missing is shown as nothing, never as an error,
 * and no answer reaches the terminal as a control sequence.
 */
final class Answers {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Answers() {}

  static String text(JsonNode node, String member) {
    return text(node.path(member));
  }

  private static String text(JsonNode value) {
    return Terminal.printable(value.asString("")).replace('\n', ' ');
  }

  /** The texts of a list, between semicolons. */
  static String all(JsonNode node, String member) {
    List<String> texts = new ArrayList<>();
    node.path(member).forEach(each -> texts.add(text(each)));
    return String.join("; ", texts);
  }

  /** A whole number as {@code 1,204}; nothing if there is none. */
  static String number(JsonNode node, String member) {
    JsonNode value = node.path(member);
    return value.isIntegralNumber() ? String.format(Locale.ROOT, "%,d", value.longValue()) : "";
  }

  /** The index of a ledger entry as {@code #1204}. */
  static String index(JsonNode node) {
    JsonNode value = node.path("index");
    return value.isIntegralNumber() ? "#" + value.longValue() : "";
  }

  /** An instant to the second, UTC; or the text itself if it is none. */
  static String time(JsonNode node, String member) {
    String text = text(node, member);
    try {
      return text.isEmpty() ? "" : DATE_TIME.format(Instant.parse(text));
    } catch (DateTimeParseException notAnInstant) {
      return text;
    }
  }

  /** A tier by word, whether the answer gives its word or its number. */
  static String tier(JsonNode value) {
    if (!value.isIntegralNumber()) {
      return text(value);
    }
    for (Tier tier : Tier.values()) {
      if (tier.value() == value.intValue()) {
        return tier.word();
      }
    }
    return value.toString();
  }

  static String pretty(JsonNode node) {
    return JSON.writeValueAsString(node);
  }

  static String pretty(List<JsonNode> nodes) {
    return JSON.writeValueAsString(nodes);
  }
}

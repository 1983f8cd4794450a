package org.thingward.inventory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.platform.NearestWord;
import org.thingward.platform.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON strictly: members that are not known, are there twice or are no strings are errors
 * with their row and name. What is no JSON at all ends the reading.
 */
final class JsonRows {
  /** The version of the document that is exported and imported. */
  static final int FORMAT = 1;

  private static final String VERSION = "inventory";
  private static final List<String> MEMBERS = List.of(VERSION, "products", "releases", "devices");
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxStringLength(1_024)
                  .maxNameLength(64)
                  .maxNumberLength(32)
                  .build())
          .build();

  private final JsonParser parser;
  private final RowErrors errors;
  private int read;
  private int current;

  private JsonRows(JsonParser parser, RowErrors errors) {
    this.parser = parser;
    this.errors = errors;
  }

  /** Looks at the first bytes already, and throws if they are in no encoding of JSON. */
  private static JsonParser parser(byte[] bytes) {
    return JSON.createParser(ObjectReadContext.empty(), bytes);
  }

  /**
   * The document {@code {"inventory": 1, "products": […], "releases": […], "devices": […]}}, of
   * which each part may be missing.
   *
   * @throws Problem with status 413 if it holds more than {@link Rows#LIMIT} rows
   */
  static Rows document(byte[] bytes, RowErrors errors) {
    try (JsonParser parser = parser(bytes)) {
      return new JsonRows(parser, errors).whole();
    } catch (JacksonException e) {
      errors.add(0, "", syntax(e));
      return Rows.NONE;
    }
  }

  private Rows whole() {
    try {
      Rows rows = document();
      requireEnd();
      return rows;
    } catch (JacksonException e) {
      errors.add(current, "", syntax(e));
      return Rows.NONE;
    }
  }

  /** One object with members from {@code names}; the body of a request about one thing. */
  static Row object(byte[] bytes, List<String> names, RowErrors errors) {
    try (JsonParser parser = parser(bytes)) {
      JsonRows reader = new JsonRows(parser, errors);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        errors.add(0, "", "the body must be a JSON object");
        return new Row(1, Map.of(), false);
      }
      Row row = reader.row(1, "", names);
      reader.requireEnd();
      return row;
    } catch (JacksonException e) {
      errors.add(1, "", syntax(e));
      return new Row(1, Map.of(), false);
    }
  }

  private Rows document() {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      errors.add(0, "", "the document must be an object: {\"inventory\": 1, \"devices\": […]}");
      parser.skipChildren();
      return Rows.NONE;
    }
    Map<String, List<Row>> parts = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME && !errors.full()) {
      part(parts);
    }
    return Rows.ofJson(part(parts, "products"), part(parts, "releases"), part(parts, "devices"));
  }

  private static List<Row> part(Map<String, List<Row>> parts, String name) {
    return parts.getOrDefault(name, List.of());
  }

  private void part(Map<String, List<Row>> parts) {
    String name = parser.currentName();
    JsonToken value = parser.nextToken();
    current = 0;
    if (!MEMBERS.contains(name)) {
      errors.add(0, name, "no such member." + NearestWord.hint(name, MEMBERS));
      parser.skipChildren();
    } else if (parts.containsKey(name)) {
      errors.add(0, name, "the member is there twice");
      parser.skipChildren();
    } else if (name.equals(VERSION)) {
      parts.put(name, List.of());
      requireVersion(value);
    } else {
      parts.put(name, rows(name, value));
    }
  }

  private void requireVersion(JsonToken value) {
    if (value != JsonToken.VALUE_NUMBER_INT || !parser.getString().equals("" + FORMAT)) {
      errors.add(0, VERSION, "this Thingward reads version " + FORMAT + " only");
      parser.skipChildren();
    }
  }

  private List<Row> rows(String part, JsonToken value) {
    List<Row> rows = new ArrayList<>();
    if (value != JsonToken.START_ARRAY) {
      errors.add(0, part, "must be a list of objects");
      parser.skipChildren();
      return rows;
    }
    for (int number = 1; parser.nextToken() != JsonToken.END_ARRAY && !errors.full(); number++) {
      current = number;
      if (++read > Rows.LIMIT) {
        throw new Problem(
            413, "too-many-rows", "More than " + Rows.LIMIT + " rows. Nothing was changed.");
      }
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        rows.add(row(number, Columns.prefix(part), Columns.of(part)));
      } else {
        errors.add(number, part, "must be an object");
        parser.skipChildren();
      }
    }
    return rows;
  }

  private Row row(int number, String prefix, List<String> names) {
    int before = errors.count();
    Map<String, String> members = members(number, prefix, names);
    return new Row(number, members, errors.count() == before);
  }

  private Map<String, String> members(int row, String prefix, List<String> names) {
    Map<String, String> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!names.contains(name)) {
        errors.add(row, prefix + name, "no such member." + NearestWord.hint(name, names));
        parser.skipChildren();
      } else if (members.containsKey(name)) {
        errors.add(row, prefix + name, "the member is there twice");
        parser.skipChildren();
      } else if (value != JsonToken.VALUE_STRING) {
        errors.add(row, prefix + name, "must be a string" + instead(value));
        parser.skipChildren();
      } else {
        members.put(name, parser.getString());
      }
    }
    return members;
  }

  private static String instead(JsonToken value) {
    return value == JsonToken.VALUE_NULL ? "; leave the member out if it is not known" : "";
  }

  private void requireEnd() {
    if (!errors.full() && parser.nextToken() != null) {
      errors.add(0, "", "there is more text behind the document");
    }
  }

  private static String syntax(JacksonException e) {
    TokenStreamLocation place = e.getLocation();
    String where =
        place == null || place.getLineNr() < 1
            ? ""
            : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ";
    String reason = e.getOriginalMessage().replaceAll(" \\(for .*|, from `[^`]*`", "");
    return where + "no JSON as RFC 8259 has it: " + reason;
  }
}

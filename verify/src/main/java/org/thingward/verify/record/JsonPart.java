package org.thingward.verify.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A part of a JSON document and its path, read strictly: a wrong type or name is refused. */
final class JsonPart {
  private static final int MAX_BYTES = 4 << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxStringLength(65_536)
                          .maxNameLength(512)
                          .maxNumberLength(20)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode node;
  private final String path;

  private JsonPart(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /** The whole document. */
  static JsonPart read(byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new RecordRefused("a record has at most 4 MiB, this has " + json.length + " bytes");
    }
    try {
      return new JsonPart(MAPPER.readTree(json), "");
    } catch (JacksonException e) {
      throw new RecordRefused("no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Refuses this object if it has other members than these. */
  JsonPart only(Set<String> names) {
    requireObject();
    for (String name : node.propertyNames()) {
      if (!names.contains(name)) {
        throw refused("has a member '" + name + "' that is not known here");
      }
    }
    return this;
  }

  Set<String> names() {
    requireObject();
    return new TreeSet<>(node.propertyNames());
  }

  boolean has(String name) {
    return node.has(name);
  }

  JsonPart member(String name) {
    requireObject();
    JsonNode member = node.get(name);
    if (member == null) {
      throw refused("has no member '" + name + "'");
    }
    return new JsonPart(member, path.isEmpty() ? name : path + "." + name);
  }

  List<JsonPart> items() {
    if (!node.isArray()) {
      throw refused("is no list");
    }
    List<JsonPart> items = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      items.add(new JsonPart(node.get(i), path + "[" + i + "]"));
    }
    return items;
  }

  String text() {
    if (!node.isString()) {
      throw refused("is no text");
    }
    return node.stringValue();
  }

  long number() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw refused("is no whole number");
    }
    return node.longValue();
  }

  boolean flag() {
    if (!node.isBoolean()) {
      throw refused("is neither true nor false");
    }
    return node.booleanValue();
  }

  Instant instant() {
    try {
      return Instant.parse(text());
    } catch (DateTimeException e) {
      throw new RecordRefused(path + ": is no time in UTC, as in 2026-11-23T10:00:00Z", e);
    }
  }

  Digest digest() {
    return of(Digest::parse);
  }

  Subject subject() {
    return of(Subject::parse);
  }

  /** What {@code make} makes of the text. */
  <T> T of(Function<String, T> make) {
    return checked(() -> make.apply(text()));
  }

  /** What {@code make} makes, with this place in the message if it refuses. */
  <T> T checked(Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      throw new RecordRefused(
          (path.isEmpty() ? "" : path + ": ") + String.valueOf(e.getMessage()), e);
    }
  }

  RecordRefused refused(String reason) {
    return new RecordRefused((path.isEmpty() ? "the record" : path) + " " + reason);
  }

  private void requireObject() {
    if (!node.isObject()) {
      throw refused("is no object");
    }
  }
}

package org.thingward.verify.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

/**
 * A part of a JSON document and its path, read strictly: a wrong type or name is refused with a
 * {@link RecordRefused} that names the place.
 */
public final class JsonPart {
  private static final int MAX_BYTES = 4 << 20;
  private static final JsonMapper MAPPER = mapper(65_536);
  private static final JsonMapper FOR_LONG_TEXTS = mapper(MAX_BYTES);

  private final JsonNode node;
  private final String path;

  private JsonPart(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  private static JsonMapper mapper(int longestText) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(16)
                        .maxStringLength(longestText)
                        .maxNameLength(512)
                        .maxNumberLength(20)
                        .build())
                .build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  /** The whole document, of at most 4 MiB and with texts of at most 64 KiB. */
  public static JsonPart read(byte[] json) {
    return read(json, MAPPER);
  }

  /** The whole document, of at most 4 MiB: for one that carries other documents as texts. */
  public static JsonPart readWithLongTexts(byte[] json) {
    return read(json, FOR_LONG_TEXTS);
  }

  /** A part of a document that was read elsewhere. */
  public static JsonPart of(JsonNode node, String path) {
    return new JsonPart(node, path);
  }

  private static JsonPart read(byte[] json, JsonMapper mapper) {
    if (json.length > MAX_BYTES) {
      throw new RecordRefused("a record has at most 4 MiB, this has " + json.length + " bytes");
    }
    try {
      return new JsonPart(mapper.readTree(json), "");
    } catch (JacksonException e) {
      throw new RecordRefused("no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Refuses this object if it has other members than these. */
  public JsonPart only(Set<String> names) {
    requireObject();
    for (String name : node.propertyNames()) {
      if (!names.contains(name)) {
        throw refused("has a member '" + name + "' that is not known here");
      }
    }
    return this;
  }

  /** The names of its members. */
  public Set<String> names() {
    requireObject();
    node.propertyNames().forEach(this::requirePaired);
    return new TreeSet<>(node.propertyNames());
  }

  /** Whether this object has a member of this name. */
  public boolean has(String name) {
    return node.has(name);
  }

  /** The member of this name, which must be there. */
  public JsonPart member(String name) {
    requireObject();
    JsonNode member = node.get(name);
    if (member == null) {
      throw refused("has no member '" + name + "'");
    }
    return new JsonPart(member, path.isEmpty() ? name : path + "." + name);
  }

  /** The items of this list. */
  public List<JsonPart> items() {
    if (!node.isArray()) {
      throw refused("is no list");
    }
    List<JsonPart> items = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      items.add(new JsonPart(node.get(i), path + "[" + i + "]"));
    }
    return items;
  }

  /**
   * This part as {@link org.thingward.trust.CanonicalJson} writes it, to be signed or compared as a
   * whole.
   */
  public Object tree() {
    if (node.isObject()) {
      Map<String, Object> members = new TreeMap<>();
      names().forEach(name -> members.put(name, member(name).tree()));
      return members;
    }
    if (node.isArray()) {
      return items().stream().map(JsonPart::tree).toList();
    }
    return node.isString() ? text() : node.isBoolean() ? (Object) flag() : (Object) number();
  }

  /** This text. */
  public String text() {
    if (!node.isString()) {
      throw refused("is no text");
    }
    requirePaired(node.stringValue());
    return node.stringValue();
  }

  /** Half a surrogate pair, which JSON can spell, is no text (RFC 7493 §2.1). */
  private void requirePaired(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          throw refused("holds half a surrogate pair");
        }
        i++;
      }
    }
  }

  /** This whole number. */
  public long number() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw refused("is no whole number");
    }
    return node.longValue();
  }

  /** Whether this is {@code true} and not {@code false}. */
  public boolean flag() {
    if (!node.isBoolean()) {
      throw refused("is neither true nor false");
    }
    return node.booleanValue();
  }

  /** This time in UTC. */
  public Instant instant() {
    try {
      return Instant.parse(text());
    } catch (DateTimeException e) {
      throw new RecordRefused(path + ": is no time in UTC, as in 2026-11-23T10:00:00Z", e);
    }
  }

  /** This digest. */
  public Digest digest() {
    return of(Digest::parse);
  }

  Subject subject() {
    return of(Subject::parse);
  }

  /** The bytes that this text gives in base64. */
  public byte[] bytes() {
    return of(Base64.getDecoder()::decode);
  }

  /** What {@code make} makes of the text. */
  public <T> T of(Function<String, T> make) {
    return checked(() -> make.apply(text()));
  }

  /** What {@code make} makes, with this place in the message if it refuses. */
  public <T> T checked(Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      throw new RecordRefused(
          (path.isEmpty() ? "" : path + ": ") + String.valueOf(e.getMessage()), e);
    }
  }

  /** What is thrown to refuse this part, for this reason. */
  public RecordRefused refused(String reason) {
    return new RecordRefused((path.isEmpty() ? "the record" : path) + " " + reason);
  }

  private void requireObject() {
    if (!node.isObject()) {
      throw refused("is no object");
    }
  }
}

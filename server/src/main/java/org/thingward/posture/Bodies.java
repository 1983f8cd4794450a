package org.thingward.posture;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.thingward.platform.Problem;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Policy;
import org.thingward.trust.Subject;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the bodies of requests that state evidence. */
final class Bodies {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Bodies() {}

  /** A JSON object. */
  static JsonNode object(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (!node.isObject()) {
        throw new Problem(400, "malformed-json", "The body is a JSON object; this is none.");
      }
      return node;
    } catch (JacksonException e) {
      throw new Problem(400, "malformed-json", "The body is no JSON: " + e.getOriginalMessage());
    }
  }

  /** Refuses members other than these. */
  static void only(JsonNode object, String... names) {
    for (String name : object.propertyNames()) {
      if (!List.of(names).contains(name)) {
        throw new Problem(
            400, "unknown-member", "'%s' is not known here; leave it out.".formatted(name));
      }
    }
  }

  /** A member that is a text. */
  static String text(JsonNode object, String name) {
    JsonNode member = object.get(name);
    if (member == null || !member.isString()) {
      throw new Problem(400, "missing-member", "'%s' is missing or no text.".formatted(name));
    }
    return member.stringValue();
  }

  static Subject subject(String text) {
    try {
      return Subject.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "malformed-subject", String.valueOf(e.getMessage()));
    }
  }

  /** Claims, each a plain JSON value, read as the policy declares it. */
  static SortedMap<String, ClaimValue> claims(JsonNode object, Policy policy) {
    JsonNode claims = object.get("claims");
    if (claims == null || !claims.isObject()) {
      throw new Problem(400, "missing-member", "'claims' is missing or no object.");
    }
    SortedMap<String, ClaimValue> values = new TreeMap<>();
    for (String name : claims.propertyNames()) {
      ClaimDeclaration declared = policy.claims().get(name);
      if (declared == null) {
        throw new Problem(400, "unknown-claim", "The policy knows no claim '" + name + "'.");
      }
      values.put(name, value(name, claims.get(name), declared.type()));
    }
    return values;
  }

  private static ClaimValue value(String name, JsonNode node, ClaimType type) {
    try {
      return switch (type) {
        case ClaimType.OneOf _, ClaimType.Name() -> new ClaimValue.Word(node.stringValue());
        case ClaimType.YesNo() -> new ClaimValue.Flag(node.booleanValue());
        case ClaimType.Number() -> new ClaimValue.Count(node.longValue());
        case ClaimType.Length() -> new ClaimValue.Span(Duration.ofSeconds(node.longValue()));
        case ClaimType.Age() -> new ClaimValue.Moment(Instant.parse(node.stringValue()));
        case ClaimType.Measured() -> new ClaimValue.Measurement(Digest.parse(node.stringValue()));
        case ClaimType.LinkTo _ -> new ClaimValue.Link(Subject.parse(node.stringValue()));
        case ClaimType.DigestSet() -> throw new IllegalArgumentException("it is stated by us only");
      };
    } catch (IllegalArgumentException | DateTimeException | JacksonException e) {
      throw new Problem(
          400,
          "malformed-claim",
          "The claim '%s' takes %s: %s.".formatted(name, type.word(), e.getMessage()));
    }
  }
}

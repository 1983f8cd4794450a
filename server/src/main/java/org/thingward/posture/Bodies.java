package org.thingward.posture;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.thingward.platform.Problem;
import org.thingward.platform.StrictJson;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Policy;
import org.thingward.trust.Subject;
import org.thingward.verify.record.RecordRefused;
import org.thingward.verify.record.Records;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads the bodies of requests that state evidence. */
final class Bodies {
  private static final StrictJson JSON = StrictJson.upTo(8);

  private Bodies() {}

  /** A JSON object. */
  static JsonNode object(byte[] body) {
    try {
      JsonNode node = JSON.read(body);
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

  /** A member that is a text which people read: of some length, and without control characters. */
  static String sentence(JsonNode object, String name) {
    return sentence(text(object, name), name);
  }

  /** A query parameter that is such a text. */
  static String sentence(Map<String, String> query, String name) {
    return sentence(query.getOrDefault(name, ""), name);
  }

  private static String sentence(String text, String name) {
    boolean controls = text.chars().anyMatch(Character::isISOControl);
    if (text.isBlank() || controls || text.length() > ClaimValue.Word.LONGEST) {
      throw new Problem(
          400,
          "malformed-" + name,
          "'%s' is a text of 1 to %d characters, without control characters."
              .formatted(name, ClaimValue.Word.LONGEST));
    }
    return text;
  }

  static Subject subject(String text) {
    try {
      return Subject.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "malformed-subject", String.valueOf(e.getMessage()));
    }
  }

  /** Claims, each with its type as in the canonical form; all must be known to the policy. */
  static SortedMap<String, ClaimValue> claims(JsonNode object, Policy policy) {
    JsonNode claims = object.get("claims");
    if (claims == null) {
      throw new Problem(400, "missing-member", "'claims' is missing.");
    }
    for (String name : claims.propertyNames()) {
      if (!policy.claims().containsKey(name)) {
        throw new Problem(422, "unknown-claim", "The policy knows no claim '" + name + "'.");
      }
    }
    try {
      return Records.claims(JSON.write(claims));
    } catch (RecordRefused e) {
      throw new Problem(400, "malformed-claim", "In claims: " + e.getMessage() + ".");
    }
  }
}

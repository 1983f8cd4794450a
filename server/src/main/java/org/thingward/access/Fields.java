package org.thingward.access;

import java.util.LinkedHashSet;
import java.util.Set;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Problem;
import org.thingward.platform.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The members of a small JSON body, each demanded by name. */
record Fields(JsonNode tree) {
  private static final StrictJson JSON = StrictJson.upTo(8);

  /**
   * Reads a body.
   *
   * @throws Problem 400 if it is no JSON object
   */
  static Fields read(byte[] body) {
    try {
      JsonNode tree = JSON.read(body);
      if (tree.isObject()) {
        return new Fields(tree);
      }
    } catch (JacksonException e) {
      throw new Problem(400, "malformed-body", "The body is no JSON: " + e.getOriginalMessage());
    }
    throw new Problem(400, "malformed-body", "The body is no JSON object.");
  }

  /** A text. */
  String text(String member) {
    JsonNode value = tree.path(member);
    if (!value.isString()) {
      throw new Problem(400, "malformed-body", "'" + member + "' is missing, or no text.");
    }
    return value.asString();
  }

  /** A text, or this one if there is none. */
  String text(String member, String otherwise) {
    return tree.has(member) ? text(member) : otherwise;
  }

  /** A list of at most {@code most} texts, each once; empty if there is none. */
  Set<String> texts(String member, int most) {
    JsonNode list = tree.path(member);
    Set<String> texts = new LinkedHashSet<>();
    boolean well = list.isMissingNode() || (list.isArray() && list.size() <= most);
    for (JsonNode each : list) {
      well &= each.isString() && texts.add(each.asString());
    }
    if (!well) {
      throw new Problem(
          400,
          "malformed-body",
          "'%s' is no list of at most %d different texts.".formatted(member, most));
    }
    return texts;
  }

  /** Bytes, in base64url. */
  byte[] bytes(String member) {
    return base64Url(text(member), member);
  }

  /**
   * The bytes that {@code text} writes in base64url.
   *
   * @throws Problem 400 naming the {@code member}, if it writes none
   */
  static byte[] base64Url(String text, String member) {
    return Base64Url.decode(text)
        .orElseThrow(() ->
            new Problem(
                400, "malformed-body", "'" + member + "' is not base64url without padding."));
  }

  /** An object. */
  Fields object(String member) {
    JsonNode value = tree.path(member);
    if (!value.isObject()) {
      throw new Problem(400, "malformed-body", "'" + member + "' is missing, or no object.");
    }
    return new Fields(value);
  }
}

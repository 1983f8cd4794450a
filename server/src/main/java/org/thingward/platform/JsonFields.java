package org.thingward.platform;

import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The members of a flat JSON body, each demanded by name; others are refused. */
public final class JsonFields {
  private static final StrictJson JSON = StrictJson.upTo(4);

  private final JsonNode tree;

  private JsonFields(JsonNode tree) {
    this.tree = tree;
  }

  /**
   * Reads a body.
   *
   * @param known the names of members that it may have
   * @throws Problem 400 if it is no JSON object, or has others
   */
  public static JsonFields read(byte[] body, Set<String> known) {
    JsonNode tree;
    try {
      tree = JSON.read(body);
    } catch (JacksonException e) {
      throw malformed("The body is no JSON: " + e.getOriginalMessage());
    }
    if (!tree.isObject()) {
      throw malformed("The body is no JSON object.");
    }
    for (String name : tree.propertyNames()) {
      if (!known.contains(name)) {
        throw malformed("The body has a member that is not known here; it has " + known + ".");
      }
    }
    return new JsonFields(tree);
  }

  /** A text. */
  public String text(String member) {
    JsonNode value = tree.path(member);
    if (!value.isString()) {
      throw malformed("'" + member + "' is missing, or no text.");
    }
    return value.asString();
  }

  /** Bytes, in base64 (RFC 4648 §4), line breaks included. */
  public byte[] bytes(String member) {
    String text = text(member);
    // The other decoder, which passes line breaks over, takes five times as long.
    Base64.Decoder decoder =
        text.indexOf('\n') < 0 && text.indexOf('\r') < 0
            ? Base64.getDecoder()
            : Base64.getMimeDecoder();
    try {
      return decoder.decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed("'" + member + "' is no base64.");
    }
  }

  /** Bytes, if the member is there. */
  public Optional<byte[]> ifBytes(String member) {
    return tree.has(member) ? Optional.of(bytes(member)) : Optional.empty();
  }

  private static Problem malformed(String detail) {
    return new Problem(400, "malformed-body", detail);
  }
}

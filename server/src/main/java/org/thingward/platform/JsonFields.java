package org.thingward.platform;

import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The members of a flat JSON body, each demanded by name; others are refused.
 *
 * <p>The parser reads all of it and finds where texts are; what is said in base64 is decoded from
 * there, and made a text of only where that is not plain.
 */
public final class JsonFields {
  private static final StrictJson JSON = StrictJson.upTo(4);

  /** Where a value begins and ends in the body, quotation marks included; no text without. */
  private record Place(int from, int to, boolean isText) {}

  private final byte[] body;
  private final Map<String, Place> members;

  private JsonFields(byte[] body, Map<String, Place> members) {
    this.body = body;
    this.members = members;
  }

  /**
   * Reads a body in UTF-8.
   *
   * @param known the names of members that it may have
   * @throws Problem 400 if it is no JSON object, or has others
   */
  public static JsonFields read(byte[] body, Set<String> known) {
    Map<String, Place> members;
    try (JsonParser tokens = JSON.tokens(body)) {
      members = members(tokens, known, body);
    } catch (JacksonException e) {
      throw malformed("The body is no JSON: " + e.getOriginalMessage());
    }
    return new JsonFields(body, members);
  }

  private static Map<String, Place> members(JsonParser tokens, Set<String> known, byte[] body) {
    if (tokens.nextToken() != JsonToken.START_OBJECT) {
      throw malformed("The body is no JSON object.");
    }
    Map<String, Place> members = new HashMap<>();
    for (@Nullable String name = tokens.nextName(); name != null; ) {
      if (!known.contains(name)) {
        throw malformed("The body has a member that is not known here; it has " + known + ".");
      }
      boolean isText = tokens.nextToken() == JsonToken.VALUE_STRING;
      int from = at(tokens);
      if (!isText) {
        var unused = tokens.skipChildren();
      } else if (body[from] != '"') {
        throw malformed("The body is not in plain UTF-8.");
      }
      String next = tokens.nextName();
      members.put(name, new Place(from, isText ? end(body, at(tokens)) : from, isText));
      name = next;
    }
    if (tokens.currentToken() != JsonToken.END_OBJECT || tokens.nextToken() != null) {
      throw malformed("The body is more than a JSON object.");
    }
    return members;
  }

  /** Where the token begins that was read last. */
  private static int at(JsonParser tokens) {
    long at = tokens.currentTokenLocation().getByteOffset();
    if (at < 0) {
      throw malformed("The body is not in UTF-8.");
    }
    return (int) at;
  }

  /** Behind the quotation mark that is the last one before the token that follows. */
  private static int end(byte[] body, int next) {
    int end = next;
    while (body[end - 1] != '"') {
      end--;
    }
    return end;
  }

  /** A text. */
  public String text(String member) {
    Place place = place(member);
    try {
      return JSON.read(Arrays.copyOfRange(body, place.from(), place.to())).asString();
    } catch (JacksonException e) {
      throw malformed("'" + member + "' is no text: " + e.getOriginalMessage());
    }
  }

  private Place place(String member) {
    Place place = members.get(member);
    if (place == null || !place.isText()) {
      throw malformed("'" + member + "' is missing, or no text.");
    }
    return place;
  }

  /** Bytes, in base64 (RFC 4648 §4), line breaks included. */
  public byte[] bytes(String member) {
    Place place = place(member);
    try {
      return Base64.getDecoder().decode(Arrays.copyOfRange(body, place.from() + 1, place.to() - 1));
    } catch (IllegalArgumentException notPlain) {
      return written(member);
    }
  }

  /** As above, with what base64 has not: escapes, and line breaks. */
  private byte[] written(String member) {
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
    return members.containsKey(member) ? Optional.of(bytes(member)) : Optional.empty();
  }

  private static Problem malformed(String detail) {
    return new Problem(400, "malformed-body", detail);
  }
}

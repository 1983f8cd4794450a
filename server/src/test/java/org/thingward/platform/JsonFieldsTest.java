package org.thingward.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What is decoded where it stands in the body is what the whole tree says, for any body: there are
 * no two ways to understand one.
 */
class JsonFieldsTest {
  private static final Set<String> KNOWN = Set.of("a", "b", "c");
  private static final StrictJson TREE = StrictJson.upTo(4);
  private static final byte[] SOUND =
      """
      {"a": "AAEC/w==" , "b":"\\u0041QID", "c" : "AAEC\\r\\nAwQ=" }
      """
          .getBytes(UTF_8);

  @Property(tries = 1)
  void bytes_come_plain_escaped_or_with_line_breaks() {
    JsonFields fields = JsonFields.read(SOUND, KNOWN);
    assertThat(fields.bytes("a")).containsExactly(0, 1, 2, 0xff);
    assertThat(fields.bytes("b")).containsExactly(1, 2, 3);
    assertThat(fields.bytes("c")).containsExactly(0, 1, 2, 3, 4);
    assertThat(fields.text("b")).isEqualTo("AQID");
  }

  @Property(tries = 5000)
  void a_changed_body_says_what_its_tree_says_or_is_refused_as_that_is(
      @ForAll @IntRange(max = 10_000) int first,
      @ForAll byte one,
      @ForAll @IntRange(max = 10_000) int second,
      @ForAll byte two) {
    byte[] body = SOUND.clone();
    body[first % body.length] = one;
    body[second % body.length] = two;
    requireAlike(body);
  }

  @Property(tries = 5000)
  void a_body_of_pieces_of_json_is_understood_in_one_way(
      @ForAll @Size(max = 12) List<@IntRange(max = 15) Integer> pieces) {
    String[] parts = {
      "\"a\":",
      "\"b\":",
      "\"c\":",
      "\"\"",
      "\"AAEC\"",
      "\"A\\u0041EC\"",
      "\"AA EC\"",
      ",",
      " ",
      "{",
      "}",
      "[1]",
      "null",
      "\"\\\"\"",
      "\"\\n\"",
      "\"AAEC\\n\""
    };
    StringBuilder body = new StringBuilder("{");
    for (int piece : pieces) {
      body.append(parts[piece]);
    }
    requireAlike(body.append('}').toString().getBytes(UTF_8));
  }

  @Property(tries = 2000)
  void whatever_bytes_are_sent_in_base64_come_back(@ForAll @Size(max = 300) byte[] bytes) {
    String text = Base64.getEncoder().encodeToString(bytes);
    byte[] body = "{\"b\":\"x\",\"a\":\"%s\"}".formatted(text).getBytes(UTF_8);
    assertThat(JsonFields.read(body, KNOWN).bytes("a")).isEqualTo(bytes);
    requireAlike(body);
  }

  private static void requireAlike(byte[] body) {
    for (String member : KNOWN) {
      assertThat(outcome(() -> JsonFields.read(body, KNOWN).bytes(member)))
          .as("%s of %s", member, new String(body, UTF_8))
          .isEqualTo(outcome(() -> byTree(body, member)));
    }
  }

  private static String outcome(Supplier<byte[]> reading) {
    try {
      return HexFormat.of().formatHex(reading.get());
    } catch (Problem refused) {
      return refused.status() + " " + refused.type();
    }
  }

  /** The plain way: all of it a tree, and then the text. */
  private static byte[] byTree(byte[] body, String member) {
    Problem malformed = new Problem(400, "malformed-body", "");
    try {
      JsonNode tree = TREE.read(body);
      if (!tree.isObject() || !KNOWN.containsAll(tree.propertyNames())) {
        throw malformed;
      }
      String text = tree.path(member).asString("");
      if (!tree.path(member).isString()) {
        throw malformed;
      }
      boolean lines = text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
      return (lines ? Base64.getMimeDecoder() : Base64.getDecoder()).decode(text);
    } catch (JacksonException | IllegalArgumentException e) {
      throw malformed;
    }
  }
}

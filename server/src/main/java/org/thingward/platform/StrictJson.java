package org.thingward.platform;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON that others sent, so that no two readers can understand it differently: no member
 * twice, nothing behind it, nested so deep at most.
 */
public final class StrictJson {
  private final JsonMapper mapper;
  private final JsonFactory tokens;

  private StrictJson(int deepest) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder().maxNestingDepth(deepest).build();
    this.tokens =
        JsonFactory.builder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    this.mapper =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /** One that refuses what is nested deeper. */
  public static StrictJson upTo(int deepest) {
    return new StrictJson(deepest);
  }

  /**
   * What the bytes are.
   *
   * @throws JacksonException if they are no JSON, or not so
   */
  public JsonNode read(byte[] bytes) {
    return mapper.readTree(bytes);
  }

  /**
   * Begins to read the bytes token by token; whoever does sees to it that nothing is behind the
   * last one.
   */
  JsonParser tokens(byte[] bytes) {
    return tokens.createParser(ObjectReadContext.empty(), bytes);
  }

  /** The bytes of what was read. */
  public byte[] write(JsonNode tree) {
    return mapper.writeValueAsBytes(tree);
  }
}

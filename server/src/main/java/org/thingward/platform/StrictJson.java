package org.thingward.platform;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
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

  private StrictJson(int deepest) {
    this.mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(deepest).build())
                    .build())
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

  /** The bytes of what was read. */
  public byte[] write(JsonNode tree) {
    return mapper.writeValueAsBytes(tree);
  }
}

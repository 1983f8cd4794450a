package org.thingward.platform;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.trust.CanonicalJson;

/**
 * An answer to an operator.
 *
 * @param status the HTTP status
 * @param headers headers by name, {@code content-type} among them
 * @param body writes the body; may go on for long (a stream of events) and ends when it returns
 */
public record OperatorResponse(int status, Map<String, String> headers, Body body) {
  public OperatorResponse {
    headers = Map.copyOf(headers);
  }

  /** Writes a body. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** 200 with JSON text. */
  public static OperatorResponse json(String json) {
    return json(200, json);
  }

  /** A status with JSON text. */
  public static OperatorResponse json(int status, String json) {
    return new OperatorResponse(
        status,
        Map.of("content-type", "application/json"),
        out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** 200 with JSON of maps, lists, texts and whole numbers, its members in canonical order. */
  public static OperatorResponse json(Map<String, ?> tree) {
    return json(200, tree);
  }

  /** A status with the same. */
  public static OperatorResponse json(int status, Map<String, ?> tree) {
    return json(status, new String(CanonicalJson.encode(tree), StandardCharsets.UTF_8));
  }

  /** 200 with bytes of any type. */
  public static OperatorResponse ok(String contentType, byte[] body) {
    return new OperatorResponse(200, Map.of("content-type", contentType), out -> out.write(body));
  }

  /** This answer with further headers. */
  public OperatorResponse with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new OperatorResponse(status, all, body);
  }

  /** 204. */
  public static OperatorResponse nothing() {
    return new OperatorResponse(204, Map.of(), out -> {});
  }
}

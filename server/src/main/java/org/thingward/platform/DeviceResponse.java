package org.thingward.platform;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer on the device listener.
 *
 * @param status the HTTP status
 * @param headers headers by name; {@code content-type} among them if there is a body
 * @param body the body, empty for none
 */
public record DeviceResponse(int status, Map<String, String> headers, byte[] body) {
  public DeviceResponse {
    headers = Map.copyOf(headers);
  }

  /** 200 with a body. */
  public static DeviceResponse ok(String contentType, byte[] body) {
    return new DeviceResponse(200, Map.of("content-type", contentType), body);
  }

  /** 200 with JSON text. */
  public static DeviceResponse json(String json) {
    return ok("application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** A status without a body. */
  public static DeviceResponse empty(int status) {
    return new DeviceResponse(status, Map.of(), new byte[0]);
  }
}

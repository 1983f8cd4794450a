package org.thingward.device;

import java.nio.charset.StandardCharsets;

/**
 * A message that was delivered.
 *
 * @param topic its topic
 * @param payload its content
 * @param retained whether the broker had kept it
 */
public record Message(String topic, byte[] payload, boolean retained) {
  /** The content as UTF-8 text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}

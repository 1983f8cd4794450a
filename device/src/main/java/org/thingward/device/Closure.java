package org.thingward.device;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * The end of an MQTT session as its client noticed it.
 *
 * @param reason the reason code of the server's DISCONNECT (MQTT 5 §3.14.2.1); empty if the
 *     connection just ended, as it always does in 3.1.1
 * @param text what is known in words: the server's reason string, or the failure of the connection
 * @param at when the client noticed
 */
public record Closure(OptionalInt reason, String text, Instant at) {
  @Override
  public String toString() {
    String code =
        reason.isPresent() ? "DISCONNECT 0x%02X".formatted(reason.getAsInt()) : "connection ended";
    return text.isEmpty() ? code : code + " (" + text + ")";
  }
}

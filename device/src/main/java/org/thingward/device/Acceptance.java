package org.thingward.device;

/**
 * The server's answer to a CONNECT (CONNACK).
 *
 * @param reason the reason code of MQTT 5, or the return code of 3.1.1; 0 is success
 * @param sessionPresent whether an earlier session goes on
 * @param text the server's reason string; empty if it gave none
 */
public record Acceptance(int reason, boolean sessionPresent, String text) {
  public boolean accepted() {
    return reason == 0;
  }
}

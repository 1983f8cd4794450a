package org.thingward.platform;

import java.util.Map;

/**
 * A request of somebody who is not yet known to be an operator, fully read. It came from a page of
 * the console's own origin.
 *
 * @param port the port of the listener that took it
 * @param headers the headers by lower-case name
 * @param body the body
 */
public record CeremonyRequest(int port, Map<String, String> headers, byte[] body) {
  public CeremonyRequest {
    headers = Map.copyOf(headers);
  }
}

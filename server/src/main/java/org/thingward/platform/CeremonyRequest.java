package org.thingward.platform;

import java.util.Map;
import java.util.Optional;
import org.thingward.trust.Digest;

/**
 * A request of somebody who is not yet known to be an operator, fully read. It came from where its
 * route demands.
 *
 * @param port the port of the listener that took it
 * @param address where it came from, as the listener saw it
 * @param clientKey the digest of the public key (SubjectPublicKeyInfo) of the client certificate
 *     that the connection was made with
 * @param headers the headers by lower-case name
 * @param body the body
 */
public record CeremonyRequest(
    int port,
    String address,
    Optional<Digest> clientKey,
    Map<String, String> headers,
    byte[] body) {
  public CeremonyRequest {
    headers = Map.copyOf(headers);
  }
}

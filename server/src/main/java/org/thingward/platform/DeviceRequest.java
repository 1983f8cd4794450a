package org.thingward.platform;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * A request on the device listener, fully read.
 *
 * @param peer who asks, if a client certificate was presented and verified
 * @param variables the values of the path's variables
 * @param headers the headers by lower-case name; of repeated ones the first
 * @param body the body, at most as long as the route allows
 * @param remote where it came from
 * @param binding what its connection is told apart by; empty below TLS 1.3
 */
public record DeviceRequest(
    Optional<Peer> peer,
    Map<String, String> variables,
    Map<String, String> headers,
    byte[] body,
    InetSocketAddress remote,
    Optional<ChannelBinding> binding) {

  /** One over a connection that nothing is known of. */
  public DeviceRequest(
      Optional<Peer> peer,
      Map<String, String> variables,
      Map<String, String> headers,
      byte[] body,
      InetSocketAddress remote) {
    this(peer, variables, headers, body, remote, Optional.empty());
  }

  /** The header's value, or the empty text. */
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, "");
  }

  /**
   * The peer; for routes admitted {@link Admission.ByCertificate}, where it is always present.
   *
   * @throws Problem 401 if there is none
   */
  public Peer requirePeer() {
    return peer.orElseThrow(
        () -> new Problem(401, "certificate-required", "Present your client certificate."));
  }
}

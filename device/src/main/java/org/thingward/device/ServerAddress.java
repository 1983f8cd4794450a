package org.thingward.device;

import java.net.URI;

/**
 * Where the server's device listeners are.
 *
 * @param host name or address; must be one that the server's certificate names
 * @param httpsPort port of enrolment and evidence
 * @param mqttPort port of MQTT over TLS
 */
public record ServerAddress(String host, int httpsPort, int mqttPort) {
  public ServerAddress {
    requirePort(httpsPort);
    requirePort(mqttPort);
  }

  /** The address of {@code path} on the HTTPS listener. */
  public URI https(String path) {
    return URI.create("https://" + host + ":" + httpsPort + path);
  }

  private static void requirePort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(port + " is no port: 1 to 65535");
    }
  }
}

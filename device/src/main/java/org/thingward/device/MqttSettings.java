package org.thingward.device;

import java.time.Duration;
import java.util.Optional;

/**
 * How to open an MQTT session.
 *
 * @param clientId the client id; a device gives its device id
 * @param version 5 for MQTT 5, 4 for MQTT 3.1.1
 * @param cleanStart whether an earlier session of this client is forgotten
 * @param keepAlive the longest silence; the client pings by itself. Whole seconds
 * @param sessionExpiry how long the server keeps the session after the end; MQTT 5 only
 * @param will the will, if any
 */
public record MqttSettings(
    String clientId,
    int version,
    boolean cleanStart,
    Duration keepAlive,
    Duration sessionExpiry,
    Optional<Will> will) {

  public MqttSettings {
    if (version != 4 && version != 5) {
      throw new IllegalArgumentException("MQTT protocol level 4 or 5, not " + version);
    }
  }

  /** MQTT 5, a fresh session that ends with its connection, keep-alive 30 s, no will. */
  public static MqttSettings of(String clientId) {
    return new MqttSettings(
        clientId, 5, true, Duration.ofSeconds(30), Duration.ZERO, Optional.empty());
  }

  /** The same, by another protocol version. */
  public MqttSettings withVersion(int other) {
    return new MqttSettings(clientId, other, cleanStart, keepAlive, sessionExpiry, will);
  }

  /** The same, with a will. */
  public MqttSettings withWill(Will other) {
    return new MqttSettings(
        clientId, version, cleanStart, keepAlive, sessionExpiry, Optional.of(other));
  }

  /** The same, with a session that outlives its connection and is resumed. */
  public MqttSettings withPersistence(Duration expiry) {
    return new MqttSettings(clientId, version, false, keepAlive, expiry, will);
  }
}

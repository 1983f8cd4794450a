package org.thingward.device;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message to be published, with what MQTT 5 lets a client add to it.
 *
 * @param topic its topic; empty if an alias stands for it
 * @param payload its content
 * @param qos 0 or 1
 * @param retained whether the broker is to keep it
 * @param alias the topic alias that it sets or uses (MQTT 5 §3.3.2.3.4)
 * @param responseTopic where an answer is asked for (MQTT 5 §3.3.2.3.5)
 */
public record Publication(
    String topic,
    byte[] payload,
    int qos,
    boolean retained,
    OptionalInt alias,
    Optional<String> responseTopic) {

  /** A message of QoS 1 with nothing added. */
  public static Publication of(String topic, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    return new Publication(topic, bytes, 1, false, OptionalInt.empty(), Optional.empty());
  }

  /** The same, sent at most once and never answered. */
  public Publication unacknowledged() {
    return new Publication(topic, payload, 0, retained, alias, responseTopic);
  }

  /** The same, to be kept by the broker. */
  public Publication kept() {
    return new Publication(topic, payload, qos, true, alias, responseTopic);
  }

  /** The same, with a topic alias. */
  public Publication withAlias(int number) {
    return new Publication(topic, payload, qos, retained, OptionalInt.of(number), responseTopic);
  }

  /** The same, asking for an answer on a topic. */
  public Publication answeredOn(String other) {
    return new Publication(topic, payload, qos, retained, alias, Optional.of(other));
  }
}

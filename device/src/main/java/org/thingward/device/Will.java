package org.thingward.device;

import java.time.Duration;

/**
 * The message that the server publishes for a client that disappears (MQTT 5 §3.1.2.5).
 *
 * @param topic where it goes
 * @param payload its content
 * @param qos 0 or 1
 * @param delay how long the server waits first; ignored by 3.1.1
 */
public record Will(String topic, byte[] payload, int qos, Duration delay) {}

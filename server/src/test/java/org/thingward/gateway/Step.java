package org.thingward.gateway;

import java.util.List;
import java.util.Optional;

/** One thing that a client of a conversation does. Packet identifiers are the player's. */
sealed interface Step {
  /** Which client, from 0. */
  int client();

  /**
   * Connects.
   *
   * @param clean Clean Start in 5, Clean Session in 3.1.1
   * @param keeps in 5: whether the session outlives the connection
   * @param acknowledges whether deliveries are acknowledged on this connection
   * @param will the will's text, on the topic {@code will}, retained if {@code keeps}
   */
  record Join(int client, boolean clean, boolean keeps, boolean acknowledges, Optional<String> will)
      implements Step {}

  /**
   * Says DISCONNECT.
   *
   * @param withWill in 5: asks the broker to publish the will all the same (code 0x04)
   */
  record Leave(int client, boolean withWill) implements Step {}

  /** Closes the connection without a word; done with a will only, whose sound marks the end. */
  record Break(int client) implements Step {}

  /**
   * Subscribes to all these at once.
   *
   * @param options the options of each, QoS included; QoS alone in 3.1.1
   * @param identifier the Subscription Identifier in 5; 0 for none
   */
  record Ask(int client, List<String> filters, int options, int identifier) implements Step {}

  /** Unsubscribes. */
  record Forget(int client, String filter) implements Step {}

  /**
   * Publishes and completes the hand-shake.
   *
   * @param alias a topic alias in 5; 0 for none
   * @param known whether the alias stands for the topic already
   * @param properties other properties in 5, in hex
   */
  record Say(
      int client,
      String topic,
      int qos,
      boolean retained,
      int alias,
      boolean known,
      String properties,
      String text)
      implements Step {}

  /** Begins to publish at QoS 2 and does not release. */
  record Begin(int client, String topic, String text) implements Step {}

  /** Releases what it began, on whatever connection it has now. */
  record Complete(int client) implements Step {}
}

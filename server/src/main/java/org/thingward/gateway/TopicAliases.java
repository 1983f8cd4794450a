package org.thingward.gateway;

import java.util.HashMap;
import java.util.Map;

/** The topic aliases that one client has set on one connection (§3.3.2.3.4): they end here (G2). */
final class TopicAliases {
  private final int maximum;
  private final Map<Integer, byte[]> topics = new HashMap<>(0);

  TopicAliases(int maximum) {
    this.maximum = maximum;
  }

  /** The topic of a PUBLISH, by name or by alias; remembers an alias that comes with a name. */
  byte[] resolve(Publish publish) throws MalformedPacket {
    if (publish.alias() == 0) {
      return publish.topic();
    }
    if (publish.alias() > maximum) {
      throw MalformedPacket.because(
          ReasonCode.TOPIC_ALIAS_INVALID, "topic aliases go up to " + maximum);
    }
    if (publish.topic().length > 0) {
      topics.put(publish.alias(), publish.topic());
      return publish.topic();
    }
    byte[] topic = topics.get(publish.alias());
    if (topic == null) {
      throw MalformedPacket.protocolError("a topic alias that was never set");
    }
    return topic;
  }
}

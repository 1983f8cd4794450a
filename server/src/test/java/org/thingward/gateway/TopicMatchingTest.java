package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.thingward.trust.TopicFilter;

/** Our matcher beside the broker's: what it says is delivered is what the broker delivers. */
class TopicMatchingTest extends OverMosquitto {
  private static final String[] LEVELS = {"a", "b", "", "é", "a b"};
  private static final int ROUNDS = 150;

  private static String random(Random random, boolean wildcards) {
    List<String> levels = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      levels.add(wildcards && random.nextInt(3) == 0 ? "+" : LEVELS[random.nextInt(LEVELS.length)]);
    }
    if (wildcards && random.nextInt(3) == 0) {
      levels.add("#");
    }
    String text = String.join("/", levels);
    return text.isEmpty() ? "a" : text;
  }

  @Test
  void G1_our_matcher_agrees_with_the_brokers() {
    Random random = new Random(7);
    TestPki.Holder all = house.service("all", List.of("#"), List.of("#"));
    try (RawClient client = house.raw(all)) {
      client.connect311("all");
      for (int round = 1; round <= ROUNDS; round++) {
        String filter = random(random, true);
        client.send(RawClient.subscribe(4, round, 0, filter));
        assertThat(client.next()).as(filter).startsWith("9003").endsWith("00");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          String topic = random(random, false);
          if (TopicFilter.of(filter).matches(topic.getBytes(StandardCharsets.UTF_8))) {
            expected.add(topic);
          }
          client.send(RawClient.publish(4, 0, 0, topic, "", ""));
        }
        assertThat(heard(client.send("c000"))).as("filter " + filter).isEqualTo(expected);
        unsubscribe(client, round, filter);
      }
    }
  }

  @Test
  void G1_our_matcher_agrees_with_mosquittos_on_thousands_of_pairs() {
    Random random = new Random(11);
    List<String> filters = Stream.generate(() -> random(random, true)).limit(60).toList();
    List<String> topics = Stream.generate(() -> random(random, false)).limit(100).toList();
    List<RawClient> ears = new ArrayList<>();
    try (RawClient speaker = RawClient.plain(broker.port()).connect311("speaker")) {
      for (String filter : filters) {
        RawClient ear = RawClient.plain(broker.port()).connect311("ear-" + ears.size());
        ears.add(ear);
        ear.send(RawClient.subscribe(4, 1, 0, filter));
        assertThat(ear.next()).as(filter).isEqualTo("9003000100");
      }
      topics.forEach(topic -> speaker.send(RawClient.publish(4, 0, 0, topic, "", "")));
      speaker.ping();
      for (int i = 0; i < filters.size(); i++) {
        TopicFilter filter = TopicFilter.of(filters.get(i));
        assertThat(heard(ears.get(i).send("c000")))
            .as("filter " + filter)
            .isEqualTo(
                topics.stream()
                    .filter(topic -> filter.matches(topic.getBytes(StandardCharsets.UTF_8)))
                    .toList());
      }
    } finally {
      ears.forEach(RawClient::close);
    }
  }

  /** The topics of all deliveries until the answer to a ping. */
  private static List<String> heard(RawClient client) {
    List<String> topics = new ArrayList<>();
    for (byte[] packet = client.nextBytes();
        packet[0] != (byte) 0xd0;
        packet = client.nextBytes()) {
      topics.add(new String(packet, 4, packet.length - 4, StandardCharsets.UTF_8));
    }
    return topics;
  }

  private static void unsubscribe(RawClient client, int id, String filter) {
    byte[] subscribe = RawClient.subscribe(4, id, 0, filter);
    byte[] unsubscribe = java.util.Arrays.copyOf(subscribe, subscribe.length - 1);
    unsubscribe[0] = (byte) 0xa2;
    unsubscribe[1]--;
    client.send(unsubscribe);
    assertThat(client.next()).startsWith("b0");
  }
}

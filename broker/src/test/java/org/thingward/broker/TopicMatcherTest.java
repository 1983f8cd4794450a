package org.thingward.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.metrics.MetricsHolder;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.subscribe.Topic;
import com.hivemq.mqtt.topic.SubscriberWithIdentifiers;
import com.hivemq.mqtt.topic.tree.LocalTopicTree;
import com.hivemq.util.Topics;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.thingward.trust.TopicFilter;

/**
 * Our matcher beside the one by which the default broker delivers. A million pairs; ten million
 * with {@code -Dthingward.long=true}. They differ in one thing, shown below: the broker lets a
 * filter that begins with a wildcard match topics that begin with {@code $}, which MQTT forbids
 * (§4.7.2) and the gateway does not pass on.
 */
class TopicMatcherTest {
  private static final int ROUNDS = Boolean.getBoolean("thingward.long") ? 100 : 10;
  private static final int FILTERS = 200;
  private static final int TOPICS = 500;
  private static final byte NO_FLAGS = 0;

  /** Few, so that pairs match often; of one to four bytes, with and without a {@code $}. */
  private static final String[] LEVELS = {"a", "b", "", "é", "日", "😀", "a b", "$", "$SYS", "ab"};

  private final Random random = new Random(20_26);

  @Test
  void G1_our_matcher_agrees_with_the_default_brokers_on_a_million_pairs() {
    long matching = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Set<String> filters = new LinkedHashSet<>();
      while (filters.size() < FILTERS) {
        filters.add(filter());
      }
      matching += compare(List.copyOf(filters));
    }
    long pairs = (long) ROUNDS * FILTERS * TOPICS;
    assertThat(pairs).isGreaterThanOrEqualTo(1_000_000);
    assertThat(matching).as("enough of them match").isBetween(pairs / 100, pairs / 2);
  }

  @Test
  void G1_the_default_broker_gives_dollar_topics_to_leading_wildcards_and_our_matcher_does_not() {
    LocalTopicTree tree = tree(List.of("#", "+/x", "$SYS/#"));
    assertThat(found(tree, "$SYS/x")).containsExactlyInAnyOrder("#", "+/x", "$SYS/#");
    assertThat(List.of("#", "+/x", "$SYS/#"))
        .filteredOn(filter -> TopicFilter.of(filter).matches("$SYS/x".getBytes(UTF_8)))
        .containsExactly("$SYS/#");
  }

  @Test
  void what_is_a_filter_for_us_is_one_for_the_default_broker_and_nothing_else() {
    for (int i = 0; i < 200_000; i++) {
      String text = anything();
      assertThat(isFilter(text)).as(text).isEqualTo(Topics.isValidToSubscribe(text));
    }
  }

  /** Puts all filters into the broker's tree, asks it topic by topic; gives how many matched. */
  private long compare(List<String> filters) {
    LocalTopicTree tree = tree(filters);
    List<TopicFilter> ours = filters.stream().map(TopicFilter::of).toList();
    long matching = 0;
    for (int i = 0; i < TOPICS; i++) {
      String topic = topic();
      Set<String> matched = ours(ours, topic);
      assertThat(matched).as("filters that match '%s'", topic).isEqualTo(theirs(tree, topic));
      matching += matched.size();
    }
    return matching;
  }

  private static Set<String> ours(List<TopicFilter> filters, String topic) {
    byte[] utf8 = topic.getBytes(UTF_8);
    return filters.stream()
        .filter(filter -> filter.matches(utf8))
        .map(TopicFilter::toString)
        .collect(Collectors.toSet());
  }

  /** What the broker finds, without what it should not have found. */
  private static Set<String> theirs(LocalTopicTree tree, String topic) {
    boolean reserved = topic.startsWith("$");
    return found(tree, topic).stream()
        .filter(filter -> !reserved || !(filter.startsWith("+") || filter.startsWith("#")))
        .collect(Collectors.toSet());
  }

  private static LocalTopicTree tree(List<String> filters) {
    LocalTopicTree tree = new LocalTopicTree(new MetricsHolder(new MetricRegistry()));
    for (String filter : filters) {
      tree.addTopic(filter, new Topic(filter, QoS.AT_LEAST_ONCE), NO_FLAGS, null);
    }
    return tree;
  }

  private static Set<String> found(LocalTopicTree tree, String topic) {
    return tree.findTopicSubscribers(topic).getSubscribers().stream()
        .map(SubscriberWithIdentifiers::getSubscriber)
        .collect(Collectors.toSet());
  }

  private static boolean isFilter(String text) {
    try {
      TopicFilter unused = TopicFilter.of(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private String topic() {
    return levels(false);
  }

  private String filter() {
    String levels = levels(true);
    return switch (random.nextInt(4)) {
      case 0 -> levels + "/#";
      case 1 -> random.nextInt(20) == 0 ? "#" : levels;
      default -> levels;
    };
  }

  private String levels(boolean wildcards) {
    List<String> levels = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      levels.add(wildcards && random.nextInt(3) == 0 ? "+" : LEVELS[random.nextInt(LEVELS.length)]);
    }
    String text = String.join("/", levels);
    return text.isEmpty() ? "/" : text;
  }

  /** Up to six characters in any order: misplaced wildcards, NUL, nothing at all. */
  private String anything() {
    String alphabet = "ab/+#$\0é";
    return random
        .ints(random.nextInt(7), 0, alphabet.length())
        .mapToObj(at -> alphabet.substring(at, at + 1))
        .collect(Collectors.joining());
  }
}

package org.thingward.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a/c, false",
    "a/b, a, false",
    "a/b, a/b/c, false",
    "a/+, a/b, true",
    "a/+, a/, true",
    "a/+, a, false",
    "a/+/c, a/b/c, true",
    "a/#, a, true",
    "a/#, a/b/c, true",
    "a/#, ab, false",
    "#, a/b, true",
    "#, /, true",
    "+, a, true",
    "+/+, /a, true",
    "+, /a, false",
    "/+, /a, true",
    "#, $SYS/broker, false",
    "+/broker, $SYS/broker, false",
    "$SYS/#, $SYS/broker, true",
    "a//b, a//b, true",
    "a/+/b, a//b, true",
    "a/, a/, true",
    "a/, a, false",
  })
  void G1_matches_as_MQTT_5_section_4_7_says(String filter, String topic, boolean matches) {
    assertThat(TopicFilter.of(filter).matches(topic.getBytes(UTF_8))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "a/#, a/#, true",
    "a/#, a/+, true",
    "a/#, a/b/#, true",
    "a/#, a, true",
    "a/#, #, false",
    "a/+, a/#, false",
    "a/+, a/+, true",
    "a/b, a/+, false",
    "+/b, a/b, true",
    "+/+, #, false",
    "#, $SYS/#, false",
    "#, +/a, true",
    "c/pump-07/#, c/+/#, false",
  })
  void covers_a_filter_only_if_it_matches_all_of_its_topics(
      String filter, String other, boolean covers) {
    assertThat(TopicFilter.of(filter).covers(TopicFilter.of(other))).isEqualTo(covers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a#", "#/a", "a/#/b", "a+", "+a/b", "a/b+", "\0", "a/\0"})
  void refuses_what_is_no_filter(String text) {
    assertThatThrownBy(() -> TopicFilter.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void covering_agrees_with_matching(
      @ForAll("filters") String filter,
      @ForAll("filters") String other,
      @ForAll("topics") String topic) {
    TopicFilter mine = TopicFilter.of(filter);
    TopicFilter theirs = TopicFilter.of(other);
    byte[] bytes = topic.getBytes(UTF_8);
    if (mine.covers(theirs) && theirs.matches(bytes)) {
      assertThat(mine.matches(bytes)).as("%s covers %s, topic %s", mine, theirs, topic).isTrue();
    }
  }

  @Property
  void matching_agrees_with_a_plain_recursive_reading_of_the_standard(
      @ForAll("filters") String filter, @ForAll("topics") String topic) {
    boolean dollar = topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"));
    boolean expected = !dollar && levelsMatch(levels(filter), levels(topic));
    assertThat(TopicFilter.of(filter).matches(topic.getBytes(UTF_8))).isEqualTo(expected);
  }

  private static List<String> levels(String text) {
    return Arrays.asList(text.split("/", -1));
  }

  private static boolean levelsMatch(List<String> filter, List<String> topic) {
    if (filter.isEmpty()) {
      return topic.isEmpty();
    }
    if (filter.getFirst().equals("#")) {
      return true;
    }
    if (topic.isEmpty()) {
      return false;
    }
    boolean level = filter.getFirst().equals("+") || filter.getFirst().equals(topic.getFirst());
    return level && levelsMatch(filter.subList(1, filter.size()), topic.subList(1, topic.size()));
  }

  @Provide
  Arbitrary<String> filters() {
    Arbitrary<String> stem =
        Arbitraries.of("a", "b", "", "+", "$s")
            .list()
            .ofMinSize(1)
            .ofMaxSize(4)
            .map(TopicFilterTest::join);
    return Arbitraries.oneOf(stem, stem.map(text -> text + "/#"), Arbitraries.just("#"))
        .filter(text -> !text.isEmpty());
  }

  @Provide
  Arbitrary<String> topics() {
    return Arbitraries.of("a", "b", "", "$s")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(TopicFilterTest::join)
        .filter(text -> !text.isEmpty());
  }

  private static String join(List<String> levels) {
    return String.join("/", levels);
  }
}

package org.thingward.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.trust.TopicFilter;
import org.thingward.trust.TopicTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The texts of {@code trust}: read back as they were written, or refused with a reason. */
class VocabularyFuzzTest {
  private static final JsonMapper JACKSON = JsonMapper.builder().build();
  private static final List<byte[]> SOUND =
      Stream.of(
              "device:pump-07",
              "release:meter-2@3.1.0",
              "sha256:" + "0f".repeat(32),
              "t/{device}/#",
              "\u0000\u001f\"\\/\u00e4\ud83d\ude00",
              "t/+/up/#\nt/pump-07/up",
              "#\n$SYS/x",
              "a/#\na")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_text_is_read_back_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_texts_are_read_back_or_refused() {
    Damage.each(2_000, SOUND, VocabularyFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    readsBack(text, Subject::parse);
    readsBack(text, Digest::parse);
    readsBack(text, TopicTemplate::new);
    readsBack(text, TopicFilter::of);
    String written = new String(CanonicalJson.encode(Map.of(text, text)), StandardCharsets.UTF_8);
    assertThat(JACKSON.readTree(written).get(text).stringValue()).isEqualTo(text);
    int line = text.indexOf('\n');
    if (line > 0) {
      matchesAsTheStandardSays(text.substring(0, line), text.substring(line + 1));
    }
  }

  private static void readsBack(String text, Function<String, Object> reading) {
    try {
      assertThat(reading.apply(text)).hasToString(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** MQTT 5 §4.7, level by level. */
  private static void matchesAsTheStandardSays(String filter, String topic) {
    TopicFilter read;
    try {
      read = TopicFilter.of(filter);
    } catch (IllegalArgumentException e) {
      return;
    }
    boolean wildcardFirst = filter.startsWith("+") || filter.startsWith("#");
    boolean matches =
        !topic.isEmpty()
            && !(topic.startsWith("$") && wildcardFirst)
            && matches(levels(filter), levels(topic));
    assertThat(read.matches(topic.getBytes(StandardCharsets.UTF_8))).isEqualTo(matches);
  }

  private static boolean matches(List<String> filter, List<String> topic) {
    if (filter.isEmpty() || filter.getFirst().equals("#")) {
      return filter.size() == 1 || topic.isEmpty();
    }
    boolean level =
        !topic.isEmpty()
            && (filter.getFirst().equals("+") || filter.getFirst().equals(topic.getFirst()));
    return level && matches(rest(filter), rest(topic));
  }

  private static List<String> levels(String text) {
    return Arrays.asList(text.split("/", -1));
  }

  private static List<String> rest(List<String> levels) {
    return levels.subList(1, levels.size());
  }
}

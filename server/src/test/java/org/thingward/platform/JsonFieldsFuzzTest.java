package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;
import tools.jackson.databind.JsonNode;

/** Whatever body comes: its members are those that a reader of whole trees finds, or it is 400. */
class JsonFieldsFuzzTest {
  private static final StrictJson WHOLE = StrictJson.upTo(4);
  private static final Set<String> KNOWN = Set.of("ak", "device", "pcrs");
  private static final List<byte[]> SOUND =
      Stream.of(
              "{\"ak\":\"AAEC\",\"device\":\"pump-07\",\"pcrs\":\"//79\"}",
              "{ \"device\" : \"p\\u0075mp \\\"07\\\"\" ,\n\t\"ak\":\"AAEC\\nAw==\\r\\n\"}",
              "{\"ak\":[\"AA\",{\"x\":1}],\"pcrs\":null,\"device\":\"\u00fc\ud83d\ude00\"}",
              "{\"device\":\"\\\\\\\"\",\"ak\":\"A-_=\"}  ")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_body_is_read_as_another_reads_it_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_bodies_are_read_as_another_reads_them_or_refused() {
    Damage.each(4_000, SOUND, JsonFieldsFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    refusedOr(() -> {
      JsonFields fields = JsonFields.read(bytes, KNOWN);
      JsonNode tree = WHOLE.read(bytes);
      assertThat(KNOWN).containsAll(tree.propertyNames());
      for (String name : KNOWN) {
        refusedOr(() -> {
          String text = fields.text(name);
          assertThat(text).isEqualTo(tree.get(name).stringValue());
        });
        refusedOr(() -> {
          byte[] said = fields.bytes(name);
          byte[] text = tree.get(name).stringValue().getBytes(StandardCharsets.ISO_8859_1);
          assertThat(said).isEqualTo(Base64.getMimeDecoder().decode(text));
        });
      }
    });
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (Problem problem) {
      assertThat(problem.status()).isEqualTo(400);
      assertThat(problem.detail()).isNotBlank();
    }
  }
}

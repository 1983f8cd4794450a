package org.thingward.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Problem;
import org.thingward.verify.Damage;

/** Whatever query comes: parameters, at most 32, or 400. */
class QueryFuzzTest {
  private static final List<byte[]> SOUND =
      Stream.of("subject=device%3Apump-07&limit=50", "a=%C3%BC+b&a=2&c", "=&&%")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_query_is_read_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_queries_are_read_or_refused() {
    Damage.each(2_000, SOUND, QueryFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    try {
      assertThat(Query.parse(new String(bytes, StandardCharsets.UTF_8)))
          .hasSizeLessThanOrEqualTo(32);
    } catch (Problem problem) {
      assertThat(problem.status()).isEqualTo(400);
    }
  }
}

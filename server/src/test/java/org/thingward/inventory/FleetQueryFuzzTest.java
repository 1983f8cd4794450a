package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Problem;
import org.thingward.verify.Damage;

/** Whatever is asked of the fleet: found or not found, or 400 with a column. */
class FleetQueryFuzzTest {
  private static final List<byte[]> SOUND =
      Stream.of(
              "tier:contraindicated product:cam-2 firmware:<3.1 stale:>1y",
              "-region:Lyon owner:\"ann lee\" reason:executables meter",
              "firmware:>=10.0.0-rc1 lifecycle:active id:a -b")
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  /**
   * Loaded once a query is read: a record with an annotated component, as a release is, loses its
   * fields when Jazzer changes it after it was loaded.
   */
  private static final class Fleet {
    static final FleetRow ROW =
        new FleetRow(
            "meter-1",
            Optional.of(new Device("meter-1", "cam-2", "3.0", "ann", "Lyon", Lifecycle.ACTIVE)),
            Optional.empty());
    static final Catalogue KNOWN =
        new Catalogue(List.of(), List.of(new Release("cam-2", "3.0", LocalDate.EPOCH, null)));
  }

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_query_is_answered_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_queries_are_answered_or_refused() {
    Damage.each(2_000, SOUND, FleetQueryFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      FleetQuery query = FleetQueryReader.read(text, LocalDate.parse("2026-11-23"));
      assertThat(text.chars().filter(c -> c == '"').count() % 2).as("quotes in %s", text).isZero();
      boolean every = query.parts().stream().allMatch(part -> part.holds(Fleet.ROW, Fleet.KNOWN));
      assertThat(query.match(Fleet.ROW, Fleet.KNOWN) instanceof FleetQuery.Match.All)
          .isEqualTo(every);
    } catch (Problem problem) {
      assertThat(problem.status()).isEqualTo(400);
      assertThat(problem).hasMessageMatching("Column [0-9]+: [\\s\\S]+");
    }
  }
}

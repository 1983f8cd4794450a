package org.thingward.network;

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

/** Tables of neighbours from anyone who has a certificate. */
class NeighbourTableFuzzTest {
  private static final List<byte[]> SOUND =
      List.of(NeighbourTableTest.TABLE.getBytes(StandardCharsets.UTF_8));

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_body_is_a_table_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_ones_are_tables_or_refused() {
    Damage.each(1_000, SOUND, NeighbourTableFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    try {
      NeighbourTable table = NeighbourTable.read(bytes);
      assertThat(table.there().size()).isLessThanOrEqualTo(table.read());
      assertThat(table.there())
          .allSatisfy(each -> assertThat(MacAddress.parse(each.text())).contains(each));
    } catch (Problem refused) {
      assertThat(refused.status()).isEqualTo(400);
    }
  }
}

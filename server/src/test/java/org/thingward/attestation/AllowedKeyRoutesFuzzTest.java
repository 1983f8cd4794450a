package org.thingward.attestation;

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

/** Lists of keys from anyone who may send them. */
class AllowedKeyRoutesFuzzTest {
  private static final List<byte[]> SOUND =
      List.of(
          ("{\"keys\":[\"sha256:" + "ab".repeat(32) + "\",\"sha256:" + "01".repeat(32) + "\"]}")
              .getBytes(StandardCharsets.UTF_8));

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_body_is_a_list_of_digests_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_ones_are_lists_or_refused() {
    Damage.each(1_000, SOUND, AllowedKeyRoutesFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    try {
      assertThat(AllowedKeyRoutes.given(bytes)).isNotEmpty();
    } catch (Problem refused) {
      assertThat(refused.status()).isEqualTo(400);
    }
  }
}

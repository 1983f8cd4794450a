package org.thingward.verify.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Digest;
import org.thingward.verify.Damage;

/** Whatever bytes come: a policy, or mistakes with the places they stand at. */
class PolicyReaderFuzzTest {
  private static final List<byte[]> SOUND =
      List.of(
          PolicyReader.defaultPolicy(),
          "policy-language: 1\nclaims: {a: flag}\nsources: {}\nrights: {}\n"
              .getBytes(StandardCharsets.UTF_8));

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_a_policy_or_refused_with_places(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_policies_are_read_or_refused_with_places() {
    Damage.each(1_000, SOUND, PolicyReaderFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    try {
      assertThat(PolicyReader.read(bytes).digest()).isEqualTo(Digest.of(bytes));
    } catch (PolicyRefused refused) {
      assertThat(refused.errors()).isNotEmpty();
      assertThat(refused.errors())
          .allSatisfy(error -> {
            assertThat(error.line()).isPositive();
            assertThat(error.column()).isPositive();
            assertThat(error.message()).isNotBlank();
          });
    }
  }
}

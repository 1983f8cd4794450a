package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PostureTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  private static final Digest ONE = Digest.of(new byte[] {1});
  private static final Digest OTHER = Digest.of(new byte[] {2});
  private static final Posture POSTURE = posture(Tier.WARNING, ONE, T0);

  private static Posture posture(Tier tier, Digest evidence, Instant at) {
    return new Posture(
        Subject.device("pump-7"),
        tier,
        new TrustVector(Map.of(Component.EXECUTABLES, tier)),
        List.of(
            new Reason(
                Component.EXECUTABLES, tier, "appraise[3]", "old", Optional.of(evidence), false)),
        new TreeSet<>(Set.of(Subject.release("pump-3", "1.0"), Subject.product("pump-3"))),
        new TreeSet<>(Set.of(ONE)),
        false,
        List.of(evidence),
        ONE,
        ONE,
        at,
        Evidence.NO_END);
  }

  @Test
  void its_name_is_the_digest_of_its_canonical_form() {
    assertThat(POSTURE.id()).isEqualTo(Digest.of(POSTURE.canonical()));
    assertThat(new String(POSTURE.canonical(), StandardCharsets.UTF_8))
        .contains(
            "\"reasons\":[{\"component\":\"executables\",\"evidence\":\"" + ONE + "\"",
            "\"text\":\"old\"",
            "\"tier\":32");
  }

  @Test
  void its_product_is_the_one_that_evidence_links_and_no_other_link() {
    assertThat(POSTURE.product()).contains(Subject.product("pump-3"));
    Posture alone =
        new Posture(
            POSTURE.subject(),
            POSTURE.tier(),
            POSTURE.vector(),
            POSTURE.reasons(),
            new TreeSet<>(Set.of(Subject.release("pump-3", "1.0"))),
            POSTURE.credentials(),
            false,
            POSTURE.evidence(),
            ONE,
            ONE,
            T0,
            Evidence.NO_END);
    assertThat(alone.product()).isEmpty();
  }

  @Test
  void T10_another_time_and_evidence_stand_as_before_another_tier_does_not() {
    assertThat(POSTURE.standsAs(posture(Tier.WARNING, OTHER, T0.plusSeconds(9)))).isTrue();
    assertThat(POSTURE.standsAs(posture(Tier.CONTRAINDICATED, ONE, T0))).isFalse();
  }
}

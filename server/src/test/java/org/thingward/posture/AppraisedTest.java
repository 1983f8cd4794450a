package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.PolicyReader;

/** An appraisal is given again only while all that it was worked out from is the same. */
class AppraisedTest {
  private static final Subject METER = Subject.device("meter-12");
  private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
  private static final Policy POLICY = PolicyReader.read(PolicyReader.defaultPolicy());

  private final InForce judge = new InForce(POLICY, ReferenceValues.NONE);
  private final Evidence sole = holder("sole", NOW.minusSeconds(2), Evidence.NO_END);
  private final Evidence ending = holder("sole", NOW.minusSeconds(1), NOW.plusSeconds(60));
  private final Appraised appraised = appraised(List.of(sole, ending));

  @Test
  void nothing_but_time_went_by_and_it_stands() {
    Instant later = NOW.plusSeconds(59);
    List<Evidence> same = new ArrayList<>(List.of(sole, ending));
    assertThat(appraised.stands(judge, same, later)).isTrue();
    assertThat(judge.appraise(METER, same, later).standsAs(appraised.posture())).isTrue();
  }

  @Test
  void another_piece_or_one_less_or_another_judge_and_it_does_not_stand() {
    Evidence shared = holder("shared", NOW, Evidence.NO_END);
    assertThat(appraised.stands(judge, List.of(sole, ending, shared), NOW)).isFalse();
    assertThat(appraised.stands(judge, List.of(sole, shared), NOW)).isFalse();
    assertThat(appraised.stands(judge, List.of(sole), NOW)).isFalse();
    byte[] other =
        (new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8) + "\n# another\n")
            .getBytes(StandardCharsets.UTF_8);
    InForce stricter = new InForce(PolicyReader.read(other), ReferenceValues.NONE);
    assertThat(appraised.stands(stricter, List.of(sole, ending), NOW)).isFalse();
    InForce otherValues =
        new InForce(POLICY, TestValues.published("meter-2", 1, "3.1.0", Digest.of(new byte[] {1})));
    assertThat(appraised.stands(otherValues, List.of(sole, ending), NOW)).isFalse();
  }

  @Test
  void T4_at_the_moment_at_which_it_must_be_appraised_again_it_does_not_stand() {
    assertThat(appraised.posture().until()).isEqualTo(NOW.plusSeconds(60));
    assertThat(appraised.stands(judge, List.of(sole, ending), NOW.plusSeconds(60))).isFalse();
    assertThat(appraised.stands(judge, List.of(sole, ending), NOW.minus(Duration.ofMillis(1))))
        .as("of a moment before it")
        .isFalse();
  }

  private Appraised appraised(List<Evidence> counting) {
    return new Appraised(judge, counting, judge.appraise(METER, counting, NOW));
  }

  private static Evidence holder(String word, Instant received, Instant until) {
    return new Evidence(
        METER,
        "identity.holder",
        "identity",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of("credential.holder", new ClaimValue.Word(word))),
        received,
        until,
        Digest.of(new byte[0]));
  }
}

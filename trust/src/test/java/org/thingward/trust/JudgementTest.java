package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What each scale makes of a value: the tier, from when, and the words for it. */
class JudgementTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  private static final Policy POLICY = PolicySamples.policy();

  private static List<String> steps(AppraisalRule.Scale scale, ClaimValue value) {
    AppraisalRule rule =
        new AppraisalRule(
            "appraise[0]", "c", Component.CONFIGURATION, scale, Optional.empty(), Duration.ZERO);
    Evidence evidence =
        new Evidence(
            Subject.device("pump-7"),
            "boot",
            "device",
            AssuranceLevel.L3,
            new TreeMap<>(Map.of("c", value)),
            T0,
            Evidence.NO_END,
            Digest.of(new byte[] {1}));
    Judgement judgement = new Judgement(ReferenceValues.NONE, new Links(POLICY, List.of()));
    return judgement.steps(rule, Piece.of(evidence, POLICY)).stream()
        .map(step ->
            "%d %s: %s"
                .formatted(Duration.between(T0, step.from()).toSeconds(), step.tier(), step.text()))
        .toList();
  }

  @Test
  void a_word_or_a_flag_has_the_tier_that_is_given_to_it_or_none() {
    var words = new AppraisalRule.ByWord(new TreeMap<>(Map.of("bad", Tier.CONTRAINDICATED)));
    assertThat(steps(words, new ClaimValue.Word("bad")))
        .containsExactly("0 CONTRAINDICATED: c is bad");
    assertThat(steps(words, new ClaimValue.Word("good"))).isEmpty();
    assertThat(steps(words, new ClaimValue.Flag(true))).as("of another type").isEmpty();
    var flag = new AppraisalRule.ByFlag(Optional.of(Tier.WARNING), Optional.empty());
    assertThat(steps(flag, new ClaimValue.Flag(true))).containsExactly("0 WARNING: c is yes");
    assertThat(steps(flag, new ClaimValue.Flag(false))).isEmpty();
    assertThat(steps(flag, new ClaimValue.Word("yes"))).as("of another type").isEmpty();
  }

  @Test
  void a_number_has_the_tier_of_the_highest_bound_that_it_is_over() {
    var scale =
        new AppraisalRule.ByNumber(
            new TreeMap<>(Map.of(10L, Tier.WARNING, 100L, Tier.CONTRAINDICATED)),
            Optional.of(Tier.AFFIRMING));
    assertThat(steps(scale, new ClaimValue.Count(10)))
        .containsExactly("0 AFFIRMING: c is at most 10");
    assertThat(steps(scale, new ClaimValue.Count(11))).containsExactly("0 WARNING: c is over 10");
    assertThat(steps(scale, new ClaimValue.Count(101)))
        .containsExactly("0 CONTRAINDICATED: c is over 100");
    assertThat(steps(scale, new ClaimValue.Word("11"))).as("of another type").isEmpty();
  }

  @Test
  void a_length_is_worded_as_policies_write_it() {
    for (String bound : List.of("90s", "15m", "36h", "2d")) {
      Duration length =
          switch (bound) {
            case "90s" -> Duration.ofSeconds(90);
            case "15m" -> Duration.ofMinutes(15);
            case "36h" -> Duration.ofHours(36);
            default -> Duration.ofDays(2);
          };
      var scale =
          new AppraisalRule.ByLength(new TreeMap<>(Map.of(length, Tier.WARNING)), Optional.empty());
      assertThat(steps(scale, new ClaimValue.Span(length))).isEmpty();
      assertThat(steps(scale, new ClaimValue.Span(length.plusSeconds(1))))
          .containsExactly("0 WARNING: c is over " + bound);
      assertThat(steps(scale, new ClaimValue.Flag(true))).as("of another type").isEmpty();
    }
  }

  @Test
  void an_age_passes_each_bound_in_its_time() {
    var scale =
        new AppraisalRule.ByAge(
            new TreeMap<>(Map.of(Duration.ofHours(1), Tier.WARNING)), Optional.of(Tier.AFFIRMING));
    assertThat(steps(scale, new ClaimValue.Moment(T0)))
        .containsExactly("0 AFFIRMING: c is not 1h ago", "3600 WARNING: c is over 1h ago");
    assertThat(steps(scale, new ClaimValue.Moment(T0.minusSeconds(3_600))))
        .containsExactly("0 WARNING: c is over 1h ago");
    var end =
        new AppraisalRule.ByAge(
            new TreeMap<>(Map.of(Duration.ZERO, Tier.WARNING)), Optional.of(Tier.AFFIRMING));
    assertThat(steps(end, new ClaimValue.Moment(T0.plusSeconds(10))))
        .containsExactly("0 AFFIRMING: c is not yet past", "10 WARNING: c is past");
    assertThat(steps(end, new ClaimValue.Flag(true))).as("of another type").isEmpty();
  }
}

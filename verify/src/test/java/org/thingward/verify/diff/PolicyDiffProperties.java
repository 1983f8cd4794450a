package org.thingward.verify.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Decision;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;

/**
 * The diff against the real appraisal: over random pairs of policies and random histories, nothing
 * is decided differently outside what the diff names, and each case that it shows does differ.
 */
class PolicyDiffProperties {
  private static final boolean LONG = Boolean.getBoolean("thingward.long");
  private static final int PAIRS = LONG ? 3_000 : 120;
  private static final int HISTORIES = LONG ? 1_000 : 150;

  @Test
  void no_decision_differs_outside_the_regions_that_are_named() {
    Policy base = RandomPolicies.rich();
    int differing = 0;
    for (int seed = 0; seed < PAIRS; seed++) {
      Random random = new Random(seed);
      RandomPolicies policies = new RandomPolicies(random);
      Policy old = policies.mutated(base);
      Policy renewed = policies.mutated(old);
      List<ChangedPart> parts =
          Changes.between(old, renewed).stream().map(Changes.Told::part).toList();
      for (int i = 0; i < HISTORIES; i++) {
        Compared compared = compared(random, old, renewed);
        Set<Change> changes = compared.changes();
        if (!changes.isEmpty()) {
          differing++;
          assertThat(parts)
              .as("seed %d: %s of %s", seed, changes, compared)
              .anyMatch(part -> part.touches(compared) && part.explains(changes));
        }
      }
    }
    assertThat(differing).as("cases that differ at all").isGreaterThan(PAIRS * HISTORIES / 50);
  }

  @Test
  void each_case_that_is_shown_is_decided_differently_by_the_real_appraisal() {
    Policy base = RandomPolicies.rich();
    int regions = 0;
    int unshown = 0;
    for (int seed = 0; seed < PAIRS / 3; seed++) {
      RandomPolicies policies = new RandomPolicies(new Random(1_000_000 + seed));
      Policy old = policies.mutated(base);
      Policy renewed = policies.mutated(old);
      PolicyDiff diff = PolicyDiff.between(old, renewed);
      for (Region region : diff.regions()) {
        Compared shown = region.witness().orElseThrow();
        Compared again =
            Compared.of(
                old, renewed, shown.evidence(), shown.references(), shown.request(), shown.at());
        assertThat(again.changes()).as(region.where()).isNotEmpty();
        assertThat(region.changes()).containsAll(again.changes());
        assertThat(told(again.before())).isEqualTo(told(shown.before()));
        assertThat(told(again.after())).isEqualTo(told(shown.after()));
      }
      regions += diff.regions().size();
      unshown += diff.unshown().stream().filter(region -> !region.isOfWording()).count();
    }
    // Two mutations at random often hide a third: what cannot be linked or affirmed any more.
    assertThat(unshown).as("parts without a case, of %d", regions).isLessThan(regions / 5);
  }

  @Test
  void a_policy_decides_as_itself() {
    Policy policy = RandomPolicies.rich();
    assertThat(PolicyDiff.between(policy, policy).isSame()).isTrue();
  }

  private static List<Object> told(Decision decision) {
    return List.of(decision.verdict(), decision.tier(), decision.reasons());
  }

  private static Compared compared(Random random, Policy old, Policy renewed) {
    RandomHistories histories = new RandomHistories(random);
    List<Evidence> evidence = histories.evidence();
    return Compared.of(
        old, renewed, evidence, histories.references(), histories.request(), histories.moment());
  }
}

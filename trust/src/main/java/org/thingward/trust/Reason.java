package org.thingward.trust;

import java.util.Optional;

/**
 * Why a posture is as it is: one rule applied to one piece of evidence, or a requirement that
 * nothing meets.
 *
 * @param component the component it bears on
 * @param tier the tier it gives that component
 * @param rule the place of the rule in the policy, e.g. {@code appraise[2]}
 * @param text one sentence for a person, e.g. {@code boot.digest differs from release
 *     meter-2@3.1.0}
 * @param evidence the evidence behind it; empty for a requirement that nothing meets
 * @param latched true if it holds only because a contraindication is latched (rule T4)
 */
public record Reason(
    Component component,
    Tier tier,
    String rule,
    String text,
    Optional<Digest> evidence,
    boolean latched) {
  /** The same, whatever evidence is behind it. */
  Reason withoutEvidence() {
    return new Reason(component, tier, rule, text, Optional.empty(), latched);
  }
}

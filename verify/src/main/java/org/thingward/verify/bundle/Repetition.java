package org.thingward.verify.bundle;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Grant;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Rights;
import org.thingward.verify.bundle.BundleReport.Line;
import org.thingward.verify.bundle.BundleReport.Outcome;
import org.thingward.verify.record.EndedGrant;
import org.thingward.verify.record.RepeatedDenials;

/** Does again what records say was done, with what the file has of it (rule L7). */
final class Repetition {
  private final BundleContents contents;

  Repetition(BundleContents contents) {
    this.contents = contents;
  }

  /** Appraises again what a posture says. */
  Line appraisal(Posture posture) {
    Set<Digest> missing = contents.missingEvidence(posture);
    Policy policy = contents.policies.get(posture.policy());
    ReferenceValues references = contents.references.get(posture.references());
    if (!missing.isEmpty() || policy == null || references == null) {
      return new Line(
          "appraisal", "cannot be repeated: " + absent(missing, policy == null), Outcome.GONE);
    }
    Posture again =
        Appraisal.appraise(
            policy, references, posture.subject(), contents.evidenceOf(posture), posture.at());
    boolean same = Arrays.equals(again.canonical(), posture.canonical());
    String text =
        same
            ? "repeated with policy %s: %s, as stated"
                .formatted(policy.digest().brief(), posture.tier().word())
            : "repeated with policy %s: %s, but %s is stated"
                .formatted(policy.digest().brief(), describe(again), describe(posture));
    return new Line("appraisal", text, same ? Outcome.OK : Outcome.WRONG);
  }

  private static String absent(Set<Digest> evidence, boolean policy) {
    if (!evidence.isEmpty()) {
      return "%d pieces of evidence are not here, the first %s"
          .formatted(evidence.size(), evidence.iterator().next().brief());
    }
    return policy ? "the policy is not here" : "the reference values are not here";
  }

  private static String describe(Posture posture) {
    return "%s (%s)".formatted(posture.tier().word(), posture.id().brief());
  }

  /** Decides again. */
  Line decision(Decision decision) {
    Posture posture = contents.postures.get(decision.posture());
    Policy policy = contents.policies.get(decision.policy());
    if (posture == null || policy == null) {
      return new Line(
          "decision", "cannot be repeated: its posture or policy is not here", Outcome.GONE);
    }
    Optional<String> beyond = Decider.reasonBeyondPolicy(decision);
    Decider decider = new Decider(policy, posture);
    if (Decider.heldBy(decision).isPresent()) {
      return held(decision, decider.decide(decision.request(), decision.at()));
    }
    Decision again =
        beyond
            .map(reason -> decider.refuse(decision.request(), decision.at(), reason))
            .orElseGet(() -> decider.decide(decision.request(), decision.at()));
    boolean same = Arrays.equals(again.canonical(), decision.canonical());
    String stated =
        "%s to %s".formatted(decision.verdict().word(), decision.request().kind().word());
    if (same && beyond.isPresent()) {
      return new Line(
          "decision", stated + " by whoever enforces; the policy was not what said so", Outcome.OK);
    }
    String text = same ? "repeated: " + stated + ", as stated" : stated + ", but repeated differs";
    return new Line("decision", text, same ? Outcome.OK : Outcome.WRONG);
  }

  /**
   * A permit that the brake held (rule T8): it says so, names the posture and policy of the moment,
   * and gives no more than its former ones did.
   */
  private Line held(Decision decision, Decision plain) {
    String wave = Decider.heldBy(decision).orElseThrow();
    boolean same =
        Arrays.equals(Decider.hold(plain, decision, wave).canonical(), decision.canonical());
    Optional<Grant> grant = decision.grant();
    Optional<Rights> former = grant.flatMap(this::formerRights);
    boolean more =
        grant.isEmpty() || former.filter(had -> !had.include(grant.get().rights())).isPresent();
    String text =
        "permit to %s by the brake, %s; the policy alone says %s%s"
            .formatted(
                decision.request().kind().word(),
                wave,
                plain.verdict().word(),
                former.isPresent() ? "" : "; what it was held for is not here");
    return new Line("decision", text, same && !more ? Outcome.OK : Outcome.WRONG);
  }

  private Optional<Rights> formerRights(Grant given) {
    Posture former = contents.postures.get(given.posture());
    Policy policy = contents.policies.get(given.policy());
    return former == null || policy == null || !former.policy().equals(policy.digest())
        ? Optional.empty()
        : new Decider(policy, former).rightsToConnect();
  }

  /** Looks for the denial that others are said to equal. */
  Line denials(RepeatedDenials denials) {
    Optional<Decision> first = contents.firstOf(denials);
    if (first.isEmpty()) {
      return new Line("repeated", "the denial that they equal is not here", Outcome.GONE);
    }
    boolean fits =
        !first.get().permits() && first.get().request().subject().equals(denials.subject());
    String text = "%d more like the denial of %s".formatted(denials.count(), first.get().at());
    return new Line("repeated", text, fits ? Outcome.OK : Outcome.WRONG);
  }

  /** Looks for the decision that gave a grant. */
  Line end(EndedGrant end) {
    Optional<Decision> decision = contents.decisionOf(end);
    if (decision.isEmpty()) {
      return new Line("grant", "the decision that gave it is not here", Outcome.GONE);
    }
    boolean sameSubject = decision.get().request().subject().equals(end.subject());
    String text = "given %s, ended by %s".formatted(decision.get().at(), end.cause().word());
    return new Line("grant", text, sameSubject ? Outcome.OK : Outcome.WRONG);
  }
}

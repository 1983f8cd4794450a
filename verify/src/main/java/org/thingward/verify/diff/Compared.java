package org.thingward.verify.diff;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Evidence;
import org.thingward.trust.Grant;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;

/**
 * One request, decided by the real appraisal under two policies.
 *
 * @param evidence what is on record about the subject, its product and its release
 * @param references the reference values
 * @param at when it is asked
 * @param before the decision under the old policy
 * @param after the decision under the new policy
 */
public record Compared(
    List<Evidence> evidence,
    ReferenceValues references,
    Instant at,
    Decision before,
    Decision after) {
  public Compared {
    evidence = List.copyOf(evidence);
  }

  /** Decides {@code request} under both. */
  public static Compared of(
      Policy old,
      Policy renewed,
      List<Evidence> evidence,
      ReferenceValues references,
      Request request,
      Instant at) {
    return new Compared(
        evidence,
        references,
        at,
        decide(old, evidence, references, request, at),
        decide(renewed, evidence, references, request, at));
  }

  private static Decision decide(
      Policy policy,
      List<Evidence> evidence,
      ReferenceValues references,
      Request request,
      Instant at) {
    Posture posture = Appraisal.appraise(policy, references, request.subject(), evidence, at);
    return Decider.decide(policy, posture, request, at);
  }

  /** What was asked. */
  public Request request() {
    return before.request();
  }

  /** In which ways the two decisions differ; none if they are the same but for digests. */
  public Set<Change> changes() {
    return changes(before, after);
  }

  /** In which ways two decisions on one request differ. */
  public static Set<Change> changes(Decision before, Decision after) {
    return changes(before, after, new RightsComparison());
  }

  static Set<Change> changes(Decision before, Decision after, RightsComparison comparison) {
    EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    if (before.permits() != after.permits()) {
      changes.add(before.permits() ? Change.DENIES : Change.PERMITS);
    }
    if (before.tier() != after.tier()) {
      changes.add(after.tier().isWorseThan(before.tier()) ? Change.LOWERS : Change.RAISES);
    }
    if (before.grant().isPresent() && after.grant().isPresent()) {
      grants(before.grant().get(), after.grant().get(), changes, comparison);
    }
    if (changes.isEmpty() && !before.reasons().equals(after.reasons())) {
      changes.add(Change.REASONS);
    }
    return changes;
  }

  private static void grants(
      Grant before, Grant after, Set<Change> changes, RightsComparison comparison) {
    if (comparison.hasMore(before.rights(), after.rights())) {
      changes.add(Change.NARROWS);
    }
    if (comparison.hasMore(after.rights(), before.rights())) {
      changes.add(Change.WIDENS);
    }
    if (!before.until().equals(after.until())) {
      changes.add(after.until().isBefore(before.until()) ? Change.SHORTENS : Change.LENGTHENS);
    }
  }
}

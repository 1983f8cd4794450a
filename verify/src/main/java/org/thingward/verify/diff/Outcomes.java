package org.thingward.verify.diff;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.Component;
import org.thingward.trust.Decider;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Requirement;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;

/** What a kind of subject gets under two policies for what is stated of it. */
final class Outcomes {
  private record Asked(Tier before, boolean impostor, Tier after, boolean impostorAfter) {}

  private static final Instant END = Instant.parse("2999-01-01T00:00:00Z");

  private final Policy old;
  private final Policy renewed;
  private final Subject subject;
  private final Optional<Subject> product;
  private final Map<Asked, Integer> known = new HashMap<>();

  Outcomes(Policy old, Policy renewed, Subject subject, Optional<Subject> product) {
    this.old = old;
    this.renewed = renewed;
    this.subject = subject;
    this.product = product;
  }

  Subject subject() {
    return subject;
  }

  Optional<Subject> product() {
    return product;
  }

  int requests() {
    return RequestKind.values().length;
  }

  /** What either policy requires. */
  Requirement required() {
    return either(old.requiredOf(product), renewed.requiredOf(product));
  }

  /** What meets both, but for how long ago it may be. */
  static Requirement either(Requirement one, Requirement other) {
    Set<Component> components = new HashSet<>(one.components());
    components.addAll(other.components());
    SortedMap<String, Duration> attest = new TreeMap<>(one.attest());
    attest.putAll(other.attest());
    return new Requirement(components, attest);
  }

  /** Whether both require the same but for how long ago it may be. */
  boolean requireAlike() {
    Requirement before = old.requiredOf(product);
    Requirement after = renewed.requiredOf(product);
    return before.components().equals(after.components())
        && before.attest().keySet().equals(after.attest().keySet());
  }

  private Tier before(Joint joint) {
    return joint.before().tier(old.requiredOf(product));
  }

  private Tier after(Joint joint) {
    return joint.after().tier(renewed.requiredOf(product));
  }

  boolean isAlike(Joint joint) {
    return before(joint) == after(joint);
  }

  boolean isOf(Joint joint, Tier tier) {
    return before(joint) == tier && after(joint) == tier;
  }

  boolean isMissingOtherwise(Joint joint) {
    return joint.before().misses(old.requiredOf(product))
        != joint.after().misses(renewed.requiredOf(product));
  }

  /** For how many kinds of request the decisions differ, beside times and reasons. */
  int differences(Joint joint) {
    Asked asked =
        new Asked(before(joint), joint.before().impostor(), after(joint), joint.after().impostor());
    return known.computeIfAbsent(asked, this::differences);
  }

  private int differences(Asked asked) {
    Decider before = decider(old, asked.before(), asked.impostor());
    Decider after = decider(renewed, asked.after(), asked.impostorAfter());
    int differences = 0;
    for (RequestKind kind : RequestKind.values()) {
      Request request = new Request(kind, subject, Stage.CREDENTIAL, END);
      Set<Change> changes =
          EnumSet.copyOf(
              Compared.changes(
                  before.decide(request, Stage.BEGIN), after.decide(request, Stage.BEGIN)));
      changes.removeAll(EnumSet.of(Change.SHORTENS, Change.LENGTHENS, Change.REASONS));
      differences += changes.isEmpty() ? 0 : 1;
    }
    return differences;
  }

  private Decider decider(Policy policy, Tier tier, boolean impostor) {
    Map<Component, Tier> vector =
        impostor ? Map.of(Component.INSTANCE_IDENTITY, Tier.CONTRAINDICATED) : Map.of();
    Posture posture =
        new Posture(
            subject,
            tier,
            new TrustVector(vector),
            List.of(),
            new TreeSet<>(product.stream().toList()),
            new TreeSet<>(Set.of(Stage.CREDENTIAL)),
            false,
            List.of(),
            policy.digest(),
            policy.digest(),
            Stage.BEGIN,
            Evidence.NO_END);
    return new Decider(policy, posture, Digest.of());
  }
}

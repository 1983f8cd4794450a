package org.thingward.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides requests of one subject by one posture and policy: pure, and without a look-up, because
 * all that does not depend on the request is prepared once.
 */
public final class Decider {
  private static final String BEYOND_POLICY = "beyond the policy: ";
  private static final String OF_ITS_SEGMENT =
      "what names it is not proved by it, and good on its own segment alone";
  private static final String HELD = "held by the brake: ";
  private static final Map<Tier, Map<RequestKind, List<String>>> PERMITTED = permittedByTier();

  private final Policy policy;
  private final Posture posture;
  private final Digest postureId;
  private final TierRights tierRights;
  private final Rights rights;
  private final Optional<Rights> rightsWhenCut;
  private final Map<RequestKind, List<String>> permitted;

  /** Prepares decisions under {@code policy}, which must be the one behind {@code posture}. */
  public Decider(Policy policy, Posture posture) {
    this(policy, posture, posture.id());
  }

  /**
   * As {@link #Decider(Policy, Posture)}, naming in its decisions the posture that is on record.
   *
   * @param recorded the id of the posture on record that {@code posture} stands as (T10)
   */
  public Decider(Policy policy, Posture posture, Digest recorded) {
    this.policy = policy;
    this.posture = posture;
    this.postureId = recorded;
    this.tierRights = policy.rightsOf(posture.tier());
    this.rights = rightsOf(policy, posture, tierRights);
    this.rightsWhenCut = rightsWhenCut(policy, posture);
    this.permitted = PERMITTED.getOrDefault(posture.tier(), Map.of());
  }

  private static Map<Tier, Map<RequestKind, List<String>>> permittedByTier() {
    Map<Tier, Map<RequestKind, List<String>>> byTier = new EnumMap<>(Tier.class);
    for (Tier tier : Tier.values()) {
      Map<RequestKind, List<String>> reasons = new EnumMap<>(RequestKind.class);
      for (RequestKind kind : RequestKind.values()) {
        reasons.put(kind, List.of("%s may %s".formatted(tier.word(), kind.word())));
      }
      byTier.put(tier, reasons);
    }
    return byTier;
  }

  /** Decides one request; see {@link #decide(Request, Instant)}. */
  public static Decision decide(Policy policy, Posture posture, Request request, Instant at) {
    return new Decider(policy, posture).decide(request, at);
  }

  /** The posture that decisions rest on. */
  public Posture posture() {
    return posture;
  }

  /**
   * The answer to {@code request} at this moment. What is stale or of another subject is denied.
   */
  public Decision decide(Request request, Instant at) {
    if (!request.subject().equals(posture.subject())) {
      return deny(request, at, "the posture is of another subject: " + posture.subject());
    }
    if (!at.isBefore(posture.until())) {
      return deny(request, at, "the last appraisal no longer holds");
    }
    if (request.kind() != RequestKind.ENROL) {
      if (!posture.accepts(request.credential())) {
        return deny(request, at, "this certificate is not one that may be presented now");
      }
      if (!at.isBefore(request.credentialEnd())) {
        return deny(request, at, "the certificate has ended");
      }
    }
    Decision byTier = byTier(request, at);
    return isBeyondItsSegment(request) ? beyondItsSegment(byTier) : byTier;
  }

  /** Denied, whatever the tier may; what the tier says comes first if it denies as well. */
  private Decision beyondItsSegment(Decision byTier) {
    List<String> reasons = new ArrayList<>();
    if (!byTier.permits()) {
      reasons.addAll(byTier.reasons());
    }
    reasons.add(Math.min(1, reasons.size()), OF_ITS_SEGMENT);
    return denial(byTier.request(), byTier.at(), List.copyOf(reasons));
  }

  private boolean isBeyondItsSegment(Request request) {
    return request.kind() != RequestKind.ENROL && !posture.assurance().atLeast(AssuranceLevel.L2);
  }

  /**
   * A denial for a reason that the policy does not know, found by an enforcement point or the
   * decision point itself. It says so, and names the posture of that moment.
   */
  public Decision refuse(Request request, Instant at, String reason) {
    return denial(request, at, List.of(BEYOND_POLICY + reason));
  }

  /** The reason of a denial that {@link #refuse} made; empty for every other decision. */
  public static Optional<String> reasonBeyondPolicy(Decision decision) {
    String reason = decision.reasons().getFirst();
    return !decision.permits() && reason.startsWith(BEYOND_POLICY)
        ? Optional.of(reason.substring(BEYOND_POLICY.length()))
        : Optional.empty();
  }

  /** What a connect would be given; empty if it would be denied. */
  public Optional<Rights> rightsToConnect() {
    return tierRights.may().contains(RequestKind.CONNECT) ? Optional.of(rights) : rightsWhenCut;
  }

  /**
   * What becomes of {@code plain}, a decision of now on a live connect, while the brake holds the
   * cause of its fall back (rule T8).
   *
   * @param without the permit that there would be without that cause
   * @param wave names the cause and until when it is held back, for a person
   */
  public static Decision hold(Decision plain, Decision without, String wave) {
    List<String> reasons = List.of(HELD + wave, plain.reasons().getFirst());
    return new Decision(
        plain.request(),
        Verdict.PERMIT,
        plain.tier(),
        reasons,
        without.grant(),
        plain.posture(),
        plain.policy(),
        plain.at());
  }

  /** The wave that {@link #hold} named; empty for every other decision. */
  public static Optional<String> heldBy(Decision decision) {
    String reason = decision.reasons().getFirst();
    return decision.permits() && reason.startsWith(HELD)
        ? Optional.of(reason.substring(HELD.length()))
        : Optional.empty();
  }

  private Decision byTier(Request request, Instant at) {
    RequestKind kind = request.kind();
    if (tierRights.may().contains(kind)) {
      return permit(request, at, permitted.getOrDefault(kind, List.of()), rights);
    }
    if (kind == RequestKind.CONNECT && rightsWhenCut.isPresent()) {
      String reason = "restricted to the topics that its product keeps when cut";
      return permit(request, at, List.of(reason), rightsWhenCut.get());
    }
    return deny(request, at, posture.tier().word() + " may not " + kind.word());
  }

  private Decision permit(Request request, Instant at, List<String> reasons, Rights given) {
    Optional<Grant> grant =
        request.kind() == RequestKind.CONNECT
            ? Optional.of(grant(request, given, at))
            : Optional.empty();
    return new Decision(
        request, Verdict.PERMIT, posture.tier(), reasons, grant, postureId, policy.digest(), at);
  }

  private Grant grant(Request request, Rights given, Instant at) {
    Instant until = Moments.after(at, policy.sessions().longest());
    until = Moments.earlier(until, Moments.earlier(request.credentialEnd(), posture.until()));
    return new Grant(
        request.subject(), request.credential(), given, postureId, policy.digest(), at, until);
  }

  private Decision deny(Request request, Instant at, String reason) {
    List<String> reasons =
        posture.reasons().isEmpty()
            ? List.of(reason)
            : List.of(reason, posture.reasons().getFirst().text());
    return denial(request, at, reasons);
  }

  private Decision denial(Request request, Instant at, List<String> reasons) {
    return new Decision(
        request,
        Verdict.DENY,
        posture.tier(),
        reasons,
        Optional.empty(),
        postureId,
        policy.digest(),
        at);
  }

  private static Rights rightsOf(Policy policy, Posture posture, TierRights ofTier) {
    Subject subject = posture.subject();
    return switch (subject.kind()) {
      case DEVICE -> new Rights(fill(ofTier.publish(), subject), fill(ofTier.receive(), subject));
      case SERVICE -> {
        ServiceRights named = policy.services().get(subject.name());
        yield named == null
            ? Rights.NOTHING
            : new Rights(fill(named.publish(), subject), fill(named.receive(), subject));
      }
      case OPERATOR, PRODUCT, RELEASE -> Rights.NOTHING;
    };
  }

  static Optional<Rights> rightsWhenCut(Policy policy, Posture posture) {
    boolean someoneElse = posture.vector().of(Component.INSTANCE_IDENTITY) == Tier.CONTRAINDICATED;
    if (someoneElse || posture.subject().kind() != SubjectKind.DEVICE) {
      return Optional.empty();
    }
    return switch (policy.onCut(posture.product())) {
      case ProductRule.Close() -> Optional.empty();
      case ProductRule.Restrict(List<TopicTemplate> publish) ->
          Optional.of(new Rights(fill(publish, posture.subject()), List.of()));
    };
  }

  private static List<TopicFilter> fill(List<TopicTemplate> templates, Subject subject) {
    return templates.stream().map(template -> template.fill(subject)).toList();
  }
}

package org.thingward.trust;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns evidence into a posture: a pure function of policy, reference values, evidence and time.
 * The same input gives the same bytes, in whatever order the evidence comes.
 *
 * <p>Latches and hold-downs follow from the history of evidence, never from an earlier posture, so
 * that anyone can repeat an appraisal from what is on record.
 */
public final class Appraisal {
  /** The claim that holds the credentials a subject may present. */
  public static final String CREDENTIALS = "credential.accepted";

  /** The claim that says who issues them. */
  public static final String ISSUER = "credential.issuer";

  /** The word of {@link #ISSUER} for an authority of the customer's own. */
  public static final String EXTERNAL = "external";

  /**
   * The claim that somebody else saw the subject on the wire; its assurance says how good that is.
   */
  public static final String SIGHTING = "network.sighting";

  private static final Comparator<Reason> WORST_FIRST =
      Comparator.comparing(Reason::tier)
          .thenComparing(Reason::component)
          .thenComparing(Reason::rule)
          .thenComparing(Reason::text);

  private final Policy policy;
  private final ReferenceValues references;
  private final Subject subject;
  private final Instant at;
  private final List<Piece> pieces = new ArrayList<>();
  private final Links links;
  private final List<Effect> effects;

  private Appraisal(
      Policy policy,
      ReferenceValues references,
      Subject subject,
      Collection<Evidence> evidence,
      Instant at) {
    this.policy = policy;
    this.references = references;
    this.subject = subject;
    this.at = at.truncatedTo(ChronoUnit.MICROS);
    SortedMap<Digest, Piece> byId = new TreeMap<>();
    for (Evidence one : evidence) {
      if (!one.received().isAfter(this.at)) {
        Piece piece = Piece.of(one, policy);
        byId.put(piece.id(), piece);
      }
    }
    List<Piece> all = new ArrayList<>(byId.values());
    all.sort(Piece.ORDER);
    this.links = new Links(policy, all.stream().filter(this::isOwn).toList());
    List<Window> windows = new ArrayList<>(links.windows());
    windows.add(new Window(subject, Instant.MIN, Evidence.NO_END));
    Set<Subject> counted = new TreeSet<>(windows.stream().map(Window::target).toList());
    all.stream().filter(piece -> counted.contains(piece.evidence().subject())).forEach(pieces::add);
    Judgement judgement = new Judgement(references, links);
    this.effects = new Effects(policy, judgement, subject, pieces, windows).all();
  }

  /**
   * Appraises {@code subject}.
   *
   * @param evidence all evidence that may matter, in any order: the subject's own, and that about
   *     the products and releases it was linked to. What is about others, or received after {@code
   *     at}, is passed over
   * @param at the moment for which the posture is wanted
   */
  public static Posture appraise(
      Policy policy,
      ReferenceValues references,
      Subject subject,
      Collection<Evidence> evidence,
      Instant at) {
    return new Appraisal(policy, references, subject, evidence, at).posture();
  }

  /**
   * The evidence out of {@code evidence} that can still matter at or after {@code at}: the newest
   * of each series, and what is in effect, latched, or the reason that something else is not.
   * Appraising it gives postures that stand as those from all of it; their lists of evidence are
   * shorter.
   */
  public static List<Evidence> stillMatters(
      Policy policy,
      ReferenceValues references,
      Subject subject,
      Collection<Evidence> evidence,
      Instant at) {
    List<Evidence> kept = new ArrayList<>(evidence);
    kept.sort(Comparator.comparing(Evidence::received).thenComparing(Evidence::id));
    Outlook full = new Appraisal(policy, references, subject, kept, at).outlook();
    // Of who states the same again and again nothing but the newest matters: found at one stroke.
    List<Evidence> newest = newest(kept, at);
    if (new Appraisal(policy, references, subject, newest, at).outlook().equals(full)) {
      return newest;
    }
    for (int i = 0; i < kept.size(); ) {
      Evidence candidate = kept.remove(i);
      boolean matters =
          !candidate.received().isBefore(at)
              || kept.subList(i, kept.size()).stream()
                  .noneMatch(later -> replaces(later, candidate))
              || !new Appraisal(policy, references, subject, kept, at).outlook().equals(full);
      if (matters) {
        kept.add(i++, candidate);
      }
    }
    return kept;
  }

  /** The newest of each series in {@code sorted}, and what is yet to come. */
  private static List<Evidence> newest(List<Evidence> sorted, Instant at) {
    List<Evidence> newest = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      Evidence candidate = sorted.get(i);
      if (!candidate.received().isBefore(at)
          || sorted.subList(i + 1, sorted.size()).stream()
              .noneMatch(later -> replaces(later, candidate))) {
        newest.add(candidate);
      }
    }
    return newest;
  }

  private static boolean replaces(Evidence later, Evidence former) {
    return later.subject().equals(former.subject())
        && later.kind().equals(former.kind())
        && later.source().equals(former.source());
  }

  private Outlook outlook() {
    return Outlook.of(effects, links.windows(), at);
  }

  private Posture posture() {
    Map<Component, Tier> vector = new EnumMap<>(Component.class);
    Set<Component> stated = EnumSet.noneOf(Component.class);
    for (Effect effect : effects) {
      if (effect.actsAt(at)) {
        Component component = effect.rule().component();
        vector.merge(component, effect.tier(), Tier::worse);
        if (effect.livesAt(at) && effect.piece().raises()) {
          stated.add(component);
        }
      }
    }
    SortedSet<Subject> linked = links.at(at);
    List<Reason> reasons = missing(required(), stated);
    Tier tier = tier(vector, stated, !reasons.isEmpty());
    reasons.addAll(reasonsOfEffects());
    reasons.sort(WORST_FIRST);
    return new Posture(
        subject,
        tier,
        new TrustVector(vector),
        reasons,
        linked,
        credentials(),
        anyCredential(),
        assurance(),
        pieces.stream().map(Piece::id).sorted().toList(),
        policy.digest(),
        references.digest(),
        at,
        until());
  }

  private static Tier tier(Map<Component, Tier> vector, Set<Component> stated, boolean missing) {
    Tier worst = Tier.AFFIRMING;
    for (Tier tier : vector.values()) {
      worst = worst.worse(tier);
    }
    boolean unknown = missing || stated.isEmpty();
    return unknown ? worst.worse(Tier.NONE) : worst;
  }

  /** What must be stated of the subject, by the product that it is linked to at this moment. */
  private Requirement required() {
    return policy.requiredOf(
        links.at(at).stream().filter(link -> link.kind() == SubjectKind.PRODUCT).findFirst());
  }

  private List<Reason> missing(Requirement required, Set<Component> stated) {
    List<Reason> missing = new ArrayList<>();
    for (Component component : required.components()) {
      if (!stated.contains(component)) {
        String text = "nothing is stated about " + component.word() + ", which the policy requires";
        missing.add(missing(component, "require", text));
      }
    }
    required
        .attest()
        .forEach((claim, interval) -> {
          Optional<Instant> last = attested(claim).map(Piece::received);
          if (last.filter(then -> at.isBefore(Moments.after(then, interval))).isEmpty()) {
            String text =
                last.isPresent() || wasAttestedBefore(claim, interval)
                    ? "%s was attested over %s ago, the longest that the policy allows"
                    : "%s is not attested, which the policy requires every %s";
            missing.add(
                missing(
                    componentOf(claim),
                    "attest",
                    text.formatted(claim, Judgement.length(interval))));
          }
        });
    return missing;
  }

  private static Reason missing(Component component, String rule, String text) {
    return new Reason(component, Tier.NONE, rule, text, Optional.empty(), false);
  }

  /** The newest statement of this claim about the subject itself that a rule judges now. */
  private Optional<Piece> attested(String claim) {
    return effects.stream()
        .filter(effect -> effect.rule().claim().equals(claim))
        .filter(effect -> effect.actsAt(at) && effect.livesAt(at))
        .map(Effect::piece)
        .filter(piece -> piece.raises() && isOwn(piece))
        .max(Piece.ORDER);
  }

  private boolean wasAttestedBefore(String claim, Duration interval) {
    return pieces.stream()
        .filter(piece -> piece.raises() && isOwn(piece))
        .filter(piece -> piece.evidence().claims().containsKey(claim))
        .anyMatch(piece -> !at.isBefore(Moments.after(piece.received(), interval)));
  }

  private Component componentOf(String claim) {
    return policy.appraise().stream()
        .filter(rule -> rule.claim().equals(claim))
        .map(AppraisalRule::component)
        .findFirst()
        .orElse(Component.EXECUTABLES);
  }

  /** One reason for all evidence that says the same: that which still holds, then the newest. */
  private Collection<Reason> reasonsOfEffects() {
    Map<Effect.Sense, Effect> bySense = new HashMap<>();
    for (Effect effect : effects) {
      if (effect.actsAt(at)) {
        bySense.merge(
            effect.sense(),
            effect,
            (former, later) -> former.livesAt(at) && !later.livesAt(at) ? former : later);
      }
    }
    return bySense.values().stream().map(effect -> effect.reason(subject, at)).toList();
  }

  private SortedSet<Digest> credentials() {
    SortedSet<Digest> credentials = new TreeSet<>();
    for (ClaimValue value : currentValues(CREDENTIALS)) {
      if (value instanceof ClaimValue.Digests(SortedSet<Digest> digests)) {
        credentials.addAll(digests);
      }
    }
    return credentials;
  }

  private boolean anyCredential() {
    return currentValues(ISSUER).contains(new ClaimValue.Word(EXTERNAL));
  }

  /**
   * How strongly the subject is bound to what it may present: as the weakest statement of its
   * certificates is. A key held in hardware counts for more while a boot that is proved by hardware
   * as well stands, and nothing speaks against it. Who may present nothing is known by what others
   * say of it alone.
   */
  private AssuranceLevel assurance() {
    Optional<AssuranceLevel> weakest =
        current(CREDENTIALS).stream()
            .filter(Appraisal::acceptsAny)
            .map(Evidence::assurance)
            .min(Comparator.naturalOrder());
    if (weakest.isEmpty()) {
      return anyCredential() ? Posture.usual(credentials(), true) : byOthersAlone();
    }
    if (!weakest.get().atLeast(AssuranceLevel.L4)) {
      return weakest.get();
    }
    return hasMeasuredBoot() ? AssuranceLevel.L5 : AssuranceLevel.L4;
  }

  /** Who vouches for it does not bind it to a secret: never more than that, whatever is stated. */
  private AssuranceLevel byOthersAlone() {
    boolean vouchedFor =
        current(SIGHTING).stream().anyMatch(seen -> seen.assurance().atLeast(AssuranceLevel.L1));
    return vouchedFor ? AssuranceLevel.L1 : AssuranceLevel.L0;
  }

  private static boolean acceptsAny(Evidence stated) {
    return stated.claims().get(CREDENTIALS) instanceof ClaimValue.Digests(var digests)
        && !digests.isEmpty();
  }

  private boolean hasMeasuredBoot() {
    List<Effect> measured =
        effects.stream()
            .filter(effect -> effect.actsAt(at) && effect.livesAt(at))
            .filter(effect -> effect.piece().raises() && isOwn(effect.piece()))
            .filter(effect -> effect.rule().scale() instanceof AppraisalRule.ByMeasurement)
            .filter(effect -> effect.piece().evidence().assurance() == AssuranceLevel.L5)
            .toList();
    return !measured.isEmpty()
        && measured.stream().noneMatch(effect -> effect.tier() == Tier.CONTRAINDICATED);
  }

  /** What each source that may raise says of the subject itself now about {@code claim}. */
  private List<ClaimValue> currentValues(String claim) {
    List<ClaimValue> values = new ArrayList<>();
    current(claim).forEach(stated -> values.add(stated.claims().get(claim)));
    return values;
  }

  /** The newest evidence of each source that may raise, which makes this claim now. */
  private List<Evidence> current(String claim) {
    ClaimDeclaration declared = policy.claims().get(claim);
    List<Evidence> current = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      ClaimValue value = piece.evidence().claims().get(claim);
      if (value != null
          && declared != null
          && declared.of().equals(piece.evidence().kind())
          && declared.type().admits(value)
          && piece.raises()
          && isOwn(piece)
          && isNewest(i)
          && at.isBefore(piece.evidence().holdsUntil())) {
        current.add(piece.evidence());
      }
    }
    return current;
  }

  private boolean isNewest(int i) {
    for (int j = i + 1; j < pieces.size(); j++) {
      if (pieces.get(j).isOfSeries(pieces.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean isOwn(Piece piece) {
    return piece.evidence().subject().equals(subject);
  }

  /** The earliest moment after {@link #at} at which anything begins or ends. */
  private Instant until() {
    Instant until = Evidence.NO_END;
    for (Effect effect : effects) {
      until = sooner(until, effect.from());
      until = sooner(until, effect.to());
      if (effect.from().isAfter(at) || effect.actsAt(at)) {
        until = sooner(until, effect.live());
      }
    }
    for (Window window : links.windows()) {
      until = sooner(until, window.to());
    }
    for (Map.Entry<String, Duration> due : required().attest().entrySet()) {
      Optional<Piece> last = attested(due.getKey());
      if (last.isPresent()) {
        until = sooner(until, Moments.after(last.get().received(), due.getValue()));
      }
    }
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      Set<String> claims = piece.evidence().claims().keySet();
      boolean binds =
          claims.contains(CREDENTIALS) || claims.contains(ISSUER) || claims.contains(SIGHTING);
      if (binds && isNewest(i)) {
        until = sooner(until, piece.evidence().holdsUntil());
      }
    }
    return until;
  }

  private Instant sooner(Instant until, Instant candidate) {
    return candidate.isAfter(at) ? Moments.earlier(until, candidate) : until;
  }
}

package org.thingward.verify.diff;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimDeclaration;
import org.thingward.trust.ClaimType;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Requirement;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.trust.Tier;

/** A subject as it usually stands, to see a changed part against. */
final class Stage {
  /** When the usual evidence was received. */
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  /** The certificate that it presents. */
  static final Digest CREDENTIAL = Digest.of(new byte[] {7});

  /** Whose statements follow one another: a source's, of a kind, about a subject. */
  record Series(String source, String kind, Subject subject) {}

  /** A source that no policy registers. */
  static final String STRANGER = "stranger";

  private static final String VERSION = "1";

  private final List<Reading> readings;
  private final Subject subject;
  private final String product;
  private final Map<Series, SortedMap<String, ClaimValue>> usual = new LinkedHashMap<>();

  /** The stage of {@code subject}; a device is one of {@code product}. */
  Stage(Reading old, Reading renewed, Subject subject, String product) {
    this.readings = List.of(old, renewed);
    this.subject = subject;
    this.product = product;
    credential();
    links();
  }

  Subject subject() {
    return subject;
  }

  /** Whom a statement about a subject of this kind is about here; empty if nobody. */
  Optional<Subject> whom(SubjectKind about) {
    return switch (about) {
      case PRODUCT -> Optional.of(Subject.product(product));
      case RELEASE -> Optional.of(release());
      case DEVICE, SERVICE, OPERATOR ->
          about == subject.kind() ? Optional.of(subject) : Optional.empty();
    };
  }

  private Subject release() {
    return Subject.release(product, VERSION);
  }

  /** Reference values under which a measurement of the stage's can compare. */
  ReferenceValues references() {
    SortedMap<String, SortedSet<Digest>> values = new TreeMap<>();
    for (Reading reading : readings) {
      reading.policy().claims().values().stream()
          .filter(claim -> claim.type() instanceof ClaimType.Measured)
          .forEach(claim -> values.put(claim.name(), new TreeSet<>(Set.of(ValueCell.MATCHING))));
    }
    return new ReferenceValues(new TreeMap<>(Map.of(release(), values)));
  }

  private void credential() {
    for (Reading reading : readings) {
      ClaimDeclaration declared = reading.policy().claims().get(Appraisal.CREDENTIALS);
      if (declared != null) {
        raising(declared.of(), subject)
            .ifPresent(source ->
                say(
                    source,
                    declared.of(),
                    subject,
                    declared.name(),
                    new ClaimValue.Digests(new TreeSet<>(Set.of(CREDENTIAL)))));
      }
    }
  }

  private void links() {
    for (Reading reading : readings) {
      for (ClaimDeclaration claim : reading.policy().claims().values()) {
        if (claim.type() instanceof ClaimType.LinkTo(SubjectKind to)) {
          Subject target = to == SubjectKind.PRODUCT ? Subject.product(product) : release();
          raising(claim.of(), subject)
              .ifPresent(source ->
                  say(source, claim.of(), subject, claim.name(), new ClaimValue.Link(target)));
        }
      }
    }
  }

  /** Affirms whatever either policy requires, where anybody can. */
  void affirm() {
    Optional<Subject> of = Optional.of(Subject.product(product));
    Requirement required =
        Outcomes.either(
            readings.getFirst().policy().requiredOf(of),
            readings.getLast().policy().requiredOf(of));
    required.attest().keySet().forEach(claim -> affirm(rule -> rule.claim().equals(claim)));
    Set<Component> components =
        required.components().isEmpty() ? Set.of(Component.values()) : required.components();
    new TreeSet<>(components).forEach(component -> affirm(rule -> rule.component() == component));
  }

  private void affirm(Predicate<AppraisalRule> some) {
    for (Reading reading : readings) {
      for (AppraisalRule rule : reading.policy().appraise()) {
        if (some.test(rule) && affirm(reading, rule)) {
          return;
        }
      }
    }
  }

  private boolean affirm(Reading reading, AppraisalRule rule) {
    String kind = reading.kindOf(rule.claim()).orElseThrow();
    for (ValueCell cell : Cells.of(List.of(rule))) {
      if (Cells.tier(rule.scale(), cell).equals(Optional.of(Tier.AFFIRMING))) {
        for (SubjectKind about : SubjectKind.values()) {
          Optional<Subject> whom = whom(about);
          Optional<String> source = whom.flatMap(one -> raising(kind, one));
          if (source.isPresent()) {
            say(source.get(), kind, whom.get(), rule.claim(), cell.sample(BEGIN));
            return true;
          }
        }
      }
    }
    return false;
  }

  /** A source that may raise with this kind about this subject: under both policies, if one can. */
  private Optional<String> raising(String kind, Subject about) {
    Optional<String> best = Optional.empty();
    for (String source : sources()) {
      long raises =
          readings.stream().filter(r -> r.authority(source, kind, about.kind()).raises()).count();
      if (raises == 2) {
        return Optional.of(source);
      }
      if (raises == 1 && best.isEmpty()) {
        best = Optional.of(source);
      }
    }
    return best;
  }

  private SortedSet<String> sources() {
    return Changes.union(
        readings.getFirst().policy().sources().keySet(),
        readings.getLast().policy().sources().keySet());
  }

  /** The sources that either policy lets state this; a stranger, if neither lets anybody. */
  List<String> sources(String kind, SubjectKind about) {
    List<String> allowed = new ArrayList<>();
    for (String source : sources()) {
      if (readings.stream()
          .anyMatch(reading ->
              reading.policy().sources().containsKey(source)
                  && reading.policy().sources().get(source).mayState(kind, about))) {
        allowed.add(source);
      }
    }
    return allowed.isEmpty() ? List.of(STRANGER) : allowed;
  }

  /** All who may state this kind here; where nobody may, one who was once allowed to. */
  List<Series> series(String kind) {
    List<Series> series = new ArrayList<>();
    for (SubjectKind about : SubjectKind.values()) {
      whom(about)
          .ifPresent(one ->
              sources(kind, about).stream()
                  .filter(source -> !source.equals(STRANGER))
                  .forEach(source -> series.add(new Series(source, kind, one))));
    }
    return series.isEmpty() ? List.of(new Series(STRANGER, kind, subject)) : series;
  }

  private void say(String source, String kind, Subject about, String claim, ClaimValue value) {
    usual
        .computeIfAbsent(new Series(source, kind, about), series -> new TreeMap<>())
        .putIfAbsent(claim, value);
  }

  /** The usual evidence. */
  List<Evidence> evidence() {
    List<Evidence> evidence = new ArrayList<>();
    usual.forEach((series, claims) -> evidence.add(piece(series, claims, BEGIN, Evidence.NO_END)));
    return evidence;
  }

  /** What {@code series} says anew at {@code at}: as usual, but for one claim. */
  Evidence piece(
      Series series, String claim, Optional<ClaimValue> value, Instant at, Instant holdsUntil) {
    SortedMap<String, ClaimValue> claims =
        new TreeMap<>(usual.getOrDefault(series, new TreeMap<>()));
    claims.remove(claim);
    value.ifPresent(said -> claims.put(claim, said));
    if (claims.isEmpty()) {
      claims.put("remark", new ClaimValue.Word("nothing"));
    }
    return piece(series, claims, at, holdsUntil);
  }

  /** Both statements of one series as one. */
  static Evidence merged(Evidence one, Evidence other) {
    SortedMap<String, ClaimValue> claims = new TreeMap<>(one.claims());
    claims.putAll(other.claims());
    Series series = new Series(one.source(), one.kind(), one.subject());
    return piece(series, claims, one.received(), one.holdsUntil());
  }

  private static Evidence piece(
      Series series, SortedMap<String, ClaimValue> claims, Instant at, Instant holdsUntil) {
    return new Evidence(
        series.subject(),
        series.kind(),
        series.source(),
        AssuranceLevel.L3,
        claims,
        at,
        holdsUntil,
        Digest.of(new byte[0]));
  }
}

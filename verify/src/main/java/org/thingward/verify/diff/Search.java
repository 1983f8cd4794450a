package org.thingward.verify.diff;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Component;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/** Looks for cases that two policies decide differently, and for the part that is the cause. */
final class Search {
  private static final Instant CREDENTIAL_END = Instant.parse("2999-01-01T00:00:00Z");
  private static final Digest ANOTHER = Digest.of(new byte[] {8});
  private static final String SOME_PRODUCT = "any-product";
  private static final Digest UNNAMED = Digest.of();
  private static final int MOMENTS = 8;

  /** What was found of one part. */
  static final class Found {
    private final EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    private Optional<Compared> witness = Optional.empty();

    Set<Change> changes() {
      return changes;
    }

    /** The case with the gravest change, the first of equals. */
    Optional<Compared> witness() {
      return witness;
    }

    private boolean isNews(Set<Change> seen) {
      return !changes.containsAll(seen);
    }

    private void take(Compared compared, Set<Change> seen) {
      Change gravest = EnumSet.copyOf(seen).iterator().next();
      if (changes.isEmpty() || gravest.compareTo(changes.iterator().next()) < 0) {
        witness = Optional.of(compared);
      }
      changes.addAll(seen);
    }
  }

  private final Reading old;
  private final Reading renewed;
  private final List<ChangedPart> parts;
  private final Map<ChangedPart, Found> found = new LinkedHashMap<>();
  private final RightsComparison rights = new RightsComparison();
  private final Set<Histories> played = new HashSet<>();

  Search(Policy old, Policy renewed, List<ChangedPart> parts) {
    this.old = new Reading(old);
    this.renewed = new Reading(renewed);
    this.parts = parts;
    parts.forEach(part -> found.put(part, new Found()));
  }

  /** What was found of each part, in their order. */
  Map<ChangedPart, Found> run() {
    for (Stage stage : stages()) {
      Histories histories = new Histories(old, renewed, stage, this::look);
      histories.usual();
      parts.forEach(part -> play(part, stage, histories));
    }
    return found;
  }

  private List<Stage> stages() {
    SortedSet<String> products = new TreeSet<>(Set.of(SOME_PRODUCT));
    SortedSet<String> services = new TreeSet<>();
    for (ChangedPart part : parts) {
      switch (part) {
        case ChangedPart.OfRequirement(Optional<String> product, var _) ->
            product.ifPresent(products::add);
        case ChangedPart.OfCut(String product) -> products.add(product);
        case ChangedPart.OfService(String name) -> services.add(name);
        default -> {}
      }
    }
    if (services.isEmpty()) {
      Changes.union(old.policy().services().keySet(), renewed.policy().services().keySet()).stream()
          .findFirst()
          .ifPresent(services::add);
    }
    List<Stage> stages = new ArrayList<>();
    products.forEach(product -> stages.add(stage(Subject.device("device-1"), product)));
    services.forEach(name -> stages.add(stage(Subject.service(name), SOME_PRODUCT)));
    return stages;
  }

  private Stage stage(Subject subject, String product) {
    Stage stage = new Stage(old, renewed, subject, product);
    stage.affirm();
    return stage;
  }

  private void play(ChangedPart part, Stage stage, Histories histories) {
    switch (part) {
      case ChangedPart.OfCell(String kind, String claim, ValueCell cell, var _, var _) ->
          histories.around(kind, claim, cell);
      case ChangedPart.OfSource(String source, String kind, SubjectKind about) -> {
        Optional<Subject> whom = stage.whom(about);
        if (whom.isPresent()) {
          Stage.Series series = new Stage.Series(source, kind, whom.get());
          histories.cellsOf(kind, (claim, cell) -> histories.around(series, claim, cell));
          histories.around(
              new Stage.Series(source, kind, whom.get()), "order", new ValueCell.OfWord("release"));
        }
      }
      case ChangedPart.OfRules(String kind, String claim) ->
          histories.cellsOf(
              kind,
              (of, cell) -> {
                if (of.equals(claim)) {
                  histories.around(kind, of, cell);
                }
              });
      case ChangedPart.OfTier _,
          ChangedPart.OfCut _,
          ChangedPart.OfGrants _,
          ChangedPart.OfService _,
          ChangedPart.OfClaim _,
          ChangedPart.OfRequirement _ ->
          everyValue(histories);
      case ChangedPart.OfOrder(Component component) -> histories.pairs(component);
    }
  }

  /** Once is enough for all parts that any subject can meet. */
  private void everyValue(Histories histories) {
    if (played.add(histories)) {
      for (Reading reading : List.of(old, renewed)) {
        reading.policy().appraise().stream()
            .map(rule -> reading.kindOf(rule.claim()).orElseThrow())
            .distinct()
            .forEach(kind ->
                histories.cellsOf(kind, (claim, cell) -> histories.once(kind, claim, cell)));
      }
    }
  }

  /** Looks at the moment of the last statement, and whenever either posture changes after it. */
  private void look(Histories.History history) {
    Instant at =
        history.evidence().stream()
            .map(Evidence::received)
            .max(Instant::compareTo)
            .orElse(Stage.BEGIN);
    for (int i = 0; i < MOMENTS && at.isBefore(Evidence.NO_END); i++) {
      Posture before = appraise(old, history, at);
      Posture after = appraise(renewed, history, at);
      look(history, before, after, at);
      at = before.until().isBefore(after.until()) ? before.until() : after.until();
    }
  }

  private void look(Histories.History history, Posture before, Posture after, Instant at) {
    Decider one = new Decider(old.policy(), before, UNNAMED);
    Decider other = new Decider(renewed.policy(), after, UNNAMED);
    for (Request request : requests(history.subject())) {
      Decision was = one.decide(request, at);
      Decision is = other.decide(request, at);
      Set<Change> changes = Compared.changes(was, is, rights);
      if (!changes.isEmpty()) {
        attribute(new Compared(history.evidence(), history.references(), at, was, is), changes);
      }
    }
  }

  private static Posture appraise(Reading by, Histories.History history, Instant at) {
    return Appraisal.appraise(
        by.policy(), history.references(), history.subject(), history.evidence(), at);
  }

  private static List<Request> requests(Subject subject) {
    List<Request> requests = new ArrayList<>();
    for (RequestKind kind : RequestKind.values()) {
      requests.add(new Request(kind, subject, Stage.CREDENTIAL, CREDENTIAL_END));
    }
    requests.add(new Request(RequestKind.CONNECT, subject, ANOTHER, CREDENTIAL_END));
    return requests;
  }

  private void attribute(Compared compared, Set<Change> changes) {
    if (parts.stream().noneMatch(part -> isNews(part, changes))) {
      return;
    }
    List<ChangedPart> touched = parts.stream().filter(part -> part.touches(compared)).toList();
    for (ChangedPart part : touched) {
      if (isNews(part, changes)
          && (part.isNow(compared) || Change.areOfTime(changes))
          && (touched.size() == 1 || isCause(part, touched, compared, changes))) {
        found.getOrDefault(part, new Found()).take(compared, changes);
      }
    }
  }

  private boolean isNews(ChangedPart part, Set<Change> changes) {
    return part.explains(changes) && found.getOrDefault(part, new Found()).isNews(changes);
  }

  private boolean isCause(
      ChangedPart part, List<ChangedPart> touched, Compared compared, Set<Change> changes) {
    if (part.isOfEvidence()) {
      return isNeeded(part, compared, changes);
    }
    return part.isOfRights()
        ? compared.before().tier() == compared.after().tier()
        : touched.stream().noneMatch(ChangedPart::isOfEvidence);
  }

  /** Whether the case decides otherwise without the evidence that brings the part in. */
  private boolean isNeeded(ChangedPart part, Compared compared, Set<Change> changes) {
    List<Evidence> without =
        compared.evidence().stream().filter(piece -> !part.touches(piece, compared)).toList();
    Compared lean =
        Compared.of(
            old.policy(),
            renewed.policy(),
            without,
            compared.references(),
            compared.request(),
            compared.at());
    return !lean.changes().equals(changes);
  }
}

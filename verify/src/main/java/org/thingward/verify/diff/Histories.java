package org.thingward.verify.diff;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Component;
import org.thingward.trust.Evidence;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.ReferenceValues.Comparison;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/**
 * The histories in which a value can show itself: stated, stated and then released, stated after
 * something worse, followed by anything else, and ended by its own time.
 */
final class Histories {
  /** One history of one subject. */
  record History(Subject subject, List<Evidence> evidence, ReferenceValues references) {}

  private static final Instant FIRST = Stage.BEGIN.plus(Duration.ofHours(1));
  private static final Instant SECOND = FIRST.plus(Duration.ofHours(1));
  private static final Instant THIRD = SECOND.plus(Duration.ofHours(1));

  private final Reading old;
  private final Reading renewed;
  private final Stage stage;
  private final Consumer<History> each;

  /** Plays on {@code stage}; tells {@code each} of every history. */
  Histories(Reading old, Reading renewed, Stage stage, Consumer<History> each) {
    this.old = old;
    this.renewed = renewed;
    this.stage = stage;
    this.each = each;
  }

  /** As it usually stands. */
  void usual() {
    tell(stage.references(), stage.evidence());
  }

  /** Values of {@code claim} in {@code cell}, whoever may state them, and nothing after. */
  void once(String kind, String claim, ValueCell cell) {
    for (Stage.Series series : stage.series(kind)) {
      Evidence now = said(series, claim, cell, FIRST, Evidence.NO_END);
      tell(references(cell), stage.evidence(), now);
      tell(references(cell), List.of(), now);
    }
  }

  /** Every two values that are equally bad for {@code component} and can be said side by side. */
  void pairs(Component component) {
    List<Said> all = new ArrayList<>();
    for (AppraisalRule rule : old.policy().appraise()) {
      if (rule.component() == component) {
        String kind = old.kindOf(rule.claim()).orElseThrow();
        cells(kind, rule.claim())
            .forEach(cell ->
                Cells.tier(rule.scale(), cell)
                    .ifPresent(tier -> all.add(new Said(kind, rule.claim(), cell, tier))));
      }
    }
    for (Said one : all) {
      for (Said other : all) {
        if (one.tier() == other.tier() && one.claim().compareTo(other.claim()) < 0) {
          pair(one, other);
        }
      }
    }
  }

  private record Said(String kind, String claim, ValueCell cell, Tier tier) {}

  private void pair(Said one, Said other) {
    Stage.Series first = stage.series(one.kind()).getFirst();
    Stage.Series second = stage.series(other.kind()).getFirst();
    Evidence said = said(first, one.claim(), one.cell(), FIRST, Evidence.NO_END);
    Evidence more = said(second, other.claim(), other.cell(), FIRST, Evidence.NO_END);
    if (first.equals(second)) {
      tell(stage.references(), stage.evidence(), Stage.merged(said, more));
    } else {
      tell(stage.references(), stage.evidence(), said, more);
    }
  }

  private ReferenceValues references(ValueCell cell) {
    return cell.equals(new ValueCell.OfMeasurement(Comparison.UNKNOWN))
        ? ReferenceValues.NONE
        : stage.references();
  }

  /** All histories around values of {@code claim} in {@code cell}, whoever may state them. */
  void around(String kind, String claim, ValueCell cell) {
    stage.series(kind).forEach(series -> around(series, claim, cell));
  }

  /** All histories around values of {@code claim} in {@code cell} that {@code series} states. */
  void around(Stage.Series series, String claim, ValueCell cell) {
    ReferenceValues references = references(cell);
    Evidence now = said(series, claim, cell, FIRST, Evidence.NO_END);
    tell(references, stage.evidence(), now);
    tell(references, List.of(), now);
    tell(references, stage.evidence(), said(series, claim, cell, FIRST, SECOND));
    for (String operator : stage.sources("operator.order", stage.subject().kind())) {
      tell(references, stage.evidence(), now, release(operator));
    }
    Stage.Series another = new Stage.Series(another(series), series.kind(), series.subject());
    Evidence later = said(series, claim, cell, SECOND, Evidence.NO_END);
    for (ValueCell other : cells(series.kind(), claim)) {
      tell(stage.references(), stage.evidence(), said(another, claim, other, FIRST, SECOND), later);
      tell(
          stage.references(),
          stage.evidence(),
          now,
          said(series, claim, other, SECOND, Evidence.NO_END));
    }
    tell(
        references,
        stage.evidence(),
        now,
        stage.piece(series, claim, Optional.empty(), SECOND, Evidence.NO_END));
  }

  private String another(Stage.Series series) {
    return stage.sources(series.kind(), series.subject().kind()).stream()
        .filter(source -> !source.equals(series.source()))
        .findFirst()
        .orElse(Stage.STRANGER);
  }

  /** The cells of all claims of a kind that rules judge, by claim. */
  void cellsOf(String kind, BiConsumer<String, ValueCell> each) {
    for (String claim : Changes.union(old.claimsOf(kind), renewed.claimsOf(kind))) {
      cells(kind, claim).forEach(cell -> each.accept(claim, cell));
    }
  }

  private List<ValueCell> cells(String kind, String claim) {
    List<AppraisalRule> rules = new ArrayList<>(old.rules(kind, claim));
    rules.addAll(renewed.rules(kind, claim));
    return Cells.of(rules);
  }

  private Evidence said(
      Stage.Series series, String claim, ValueCell cell, Instant at, Instant holdsUntil) {
    return stage.piece(series, claim, Optional.of(cell.sample(at)), at, holdsUntil);
  }

  private Evidence release(String source) {
    return stage.piece(
        new Stage.Series(source, "operator.order", stage.subject()),
        "order",
        Optional.of(new ClaimValue.Word("release")),
        THIRD,
        Evidence.NO_END);
  }

  private void tell(ReferenceValues references, List<Evidence> usual, Evidence... more) {
    List<Evidence> evidence = new ArrayList<>(usual);
    evidence.addAll(List.of(more));
    each.accept(new History(stage.subject(), evidence, references));
  }
}

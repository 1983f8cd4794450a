package org.thingward.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Works out what each piece of evidence does, and from when to when (rules T3 and T4).
 *
 * <p>A piece counts until its own end, or until a later piece takes its place: of the same series,
 * or of the same kind at equal or higher assurance. What is worse than affirming goes on for the
 * rule's hold-down. A contraindication goes on until a clean later piece of the same kind at equal
 * or higher assurance, and the hold-down after it, or until an operator's release, at once. What
 * cannot raise takes no other's place.
 */
final class Effects {
  /** The kind of evidence by which operators give orders. */
  static final String ORDER_KIND = "operator.order";

  /** The claim that holds the order. */
  static final String ORDER = "order";

  /** The word that ends what is latched. */
  static final ClaimValue RELEASE = new ClaimValue.Word("release");

  private final Policy policy;
  private final Judgement judgement;
  private final Subject appraised;
  private final List<Piece> pieces;
  private final List<Window> windows;
  private final List<Effect> effects = new ArrayList<>();
  private final Map<String, List<AppraisalRule>> byKind = new HashMap<>();

  /** Works over {@code pieces}, oldest first, that count in {@code windows}. */
  Effects(
      Policy policy,
      Judgement judgement,
      Subject appraised,
      List<Piece> pieces,
      List<Window> windows) {
    this.policy = policy;
    this.judgement = judgement;
    this.appraised = appraised;
    this.pieces = pieces;
    this.windows = windows;
    for (int i = 0; i < pieces.size(); i++) {
      for (AppraisalRule rule : rules(pieces.get(i))) {
        add(i, rule);
      }
    }
  }

  /** All effects, past ones and those to come among them. */
  List<Effect> all() {
    return effects;
  }

  private void add(int i, AppraisalRule rule) {
    Piece piece = pieces.get(i);
    List<Step> steps = judgement.steps(rule, piece);
    if (steps.isEmpty()) {
      return;
    }
    Instant end = end(i, rule);
    for (Window window : windows) {
      if (window.target().equals(piece.evidence().subject())) {
        addIn(window, i, rule, steps, end);
      }
    }
  }

  /** Those over claims that evidence of its kind makes. */
  private List<AppraisalRule> rules(Piece piece) {
    return byKind.computeIfAbsent(
        piece.evidence().kind(),
        kind -> policy.appraise().stream().filter(rule -> isOver(rule, kind)).toList());
  }

  private boolean isOver(AppraisalRule rule, String kind) {
    ClaimDeclaration declared = policy.claims().get(rule.claim());
    return declared != null && declared.of().equals(kind);
  }

  private void addIn(Window window, int i, AppraisalRule rule, List<Step> steps, Instant end) {
    Piece piece = pieces.get(i);
    Instant live = Moments.earlier(end, window.to());
    for (int k = 0; k < steps.size(); k++) {
      Step step = steps.get(k);
      Tier tier = step.tier().isWorseThan(piece.worst()) ? piece.worst() : step.tier();
      Instant next = k + 1 < steps.size() ? steps.get(k + 1).from() : Evidence.NO_END;
      boolean reached = k == 0 || step.from().isBefore(end);
      if (!reached || !step.from().isBefore(window.to())) {
        continue;
      }
      Instant from = Moments.later(step.from(), window.from());
      if (tier == Tier.CONTRAINDICATED) {
        addContraindication(window, i, rule, step, from, live, next);
      } else if (tier != Tier.AFFIRMING || piece.raises()) {
        boolean last = !next.isBefore(live);
        put(piece, rule, tier, step.text(), from, Moments.earlier(live, next), last);
      }
    }
  }

  private void addContraindication(
      Window window,
      int i,
      AppraisalRule rule,
      Step step,
      Instant from,
      Instant live,
      Instant next) {
    Piece piece = pieces.get(i);
    Instant onset = step.from();
    Instant cleared = cleared(window, i, rule, onset);
    Instant released = released(from);
    Instant latched = Moments.earlier(cleared, released);
    if (from.isBefore(latched)) {
      effects.add(new Effect(piece, rule, Tier.CONTRAINDICATED, step.text(), from, live, latched));
    }
    if (cleared.isBefore(released)) {
      Instant start = Moments.later(from, cleared);
      Instant to = Moments.earlier(released, Moments.after(cleared, rule.holdDown()));
      if (start.isBefore(to)) {
        effects.add(heldDown(piece, rule, step, start, to));
      }
    }
    // An operator's release ends the latch, but what is still stated remains a warning.
    boolean last = next.equals(Evidence.NO_END);
    if (last && released.isBefore(Moments.after(cleared, rule.holdDown()))) {
      put(piece, rule, Tier.WARNING, step.text() + ", released", released, live, true);
    }
  }

  private static Effect heldDown(
      Piece piece, AppraisalRule rule, Step step, Instant from, Instant to) {
    return new Effect(piece, rule, Tier.CONTRAINDICATED, step.text() + ", cleared", from, from, to);
  }

  private void put(
      Piece piece,
      AppraisalRule rule,
      Tier tier,
      String text,
      Instant from,
      Instant live,
      boolean heldDown) {
    boolean lingers = heldDown && tier != Tier.AFFIRMING;
    Instant to = lingers ? Moments.after(live, rule.holdDown()) : live;
    if (from.isBefore(to)) {
      effects.add(new Effect(piece, rule, tier, text, from, live, to));
    }
  }

  /** When a piece stops to hold by itself or because another takes its place. */
  private Instant end(int i, AppraisalRule rule) {
    Piece piece = pieces.get(i);
    Instant own = ownEnd(piece, rule);
    for (int j = i + 1; j < pieces.size(); j++) {
      Piece next = pieces.get(j);
      if (!next.received().isBefore(own)) {
        return own;
      }
      if (next.raises()
          && next.isOfKind(piece)
          && (next.isOfSeries(piece) || outdoes(next, piece, rule))) {
        return next.received();
      }
    }
    return own;
  }

  private static Instant ownEnd(Piece piece, AppraisalRule rule) {
    Instant stated = piece.evidence().holdsUntil();
    return rule.holds()
        .map(holds -> Moments.earlier(stated, Moments.after(piece.received(), holds)))
        .orElse(stated);
  }

  /** Whether {@code next} speaks to the same rule, not against the subject, and as strongly. */
  private boolean outdoes(Piece next, Piece piece, AppraisalRule rule) {
    return next.raises()
        && next.evidence().assurance().atLeast(piece.evidence().assurance())
        && next.received().isBefore(ownEnd(next, rule))
        && !judgement.steps(rule, next).isEmpty()
        && isClean(next);
  }

  /** Whether no rule finds it contraindicated at the moment it was received. */
  private boolean isClean(Piece piece) {
    for (AppraisalRule rule : rules(piece)) {
      for (Step step : judgement.steps(rule, piece)) {
        if (step.tier() == Tier.CONTRAINDICATED && !step.from().isAfter(piece.received())) {
          return false;
        }
      }
    }
    return true;
  }

  /** When clean evidence of the same kind ends a contraindication; never, if there is none. */
  private Instant cleared(Window window, int i, AppraisalRule rule, Instant onset) {
    Piece piece = pieces.get(i);
    for (int j = i + 1; j < pieces.size(); j++) {
      Piece next = pieces.get(j);
      if (next.isOfKind(piece) && next.received().isAfter(onset) && outdoes(next, piece, rule)) {
        return next.received();
      }
    }
    return clearedByAnother(window, piece, rule);
  }

  /** When the subject, after it left the target of {@code window}, came to a clean one. */
  private Instant clearedByAnother(Window window, Piece piece, AppraisalRule rule) {
    Instant first = Evidence.NO_END;
    for (Window later : windows) {
      if (later.from().isBefore(window.to())
          || later.target().kind() != window.target().kind()
          || later.target().equals(appraised)) {
        continue;
      }
      for (Piece next : pieces) {
        Instant from = Moments.later(next.received(), later.from());
        if (next.evidence().subject().equals(later.target())
            && next.evidence().kind().equals(piece.evidence().kind())
            && from.isBefore(later.to())
            && outdoes(next, piece, rule)) {
          first = Moments.earlier(first, from);
        }
      }
    }
    return first;
  }

  /** When an operator released the subject after {@code onset}; never, if no one did. */
  private Instant released(Instant onset) {
    for (Piece piece : pieces) {
      Evidence evidence = piece.evidence();
      if (piece.raises()
          && evidence.kind().equals(ORDER_KIND)
          && evidence.subject().equals(appraised)
          && RELEASE.equals(evidence.claims().get(ORDER))
          && piece.received().isAfter(onset)) {
        return piece.received();
      }
    }
    return Evidence.NO_END;
  }
}

package org.thingward.trust;

import java.time.Instant;
import java.util.Optional;

/**
 * What one piece of evidence does to one component under one rule, for one stretch of time.
 *
 * @param piece the piece
 * @param rule the rule
 * @param tier the tier it gives
 * @param text why
 * @param from when it begins
 * @param live until when the piece itself holds; what lasts longer is held back from rising
 * @param to when it ends
 */
record Effect(
    Piece piece,
    AppraisalRule rule,
    Tier tier,
    String text,
    Instant from,
    Instant live,
    Instant to) {
  /** What an effect says, by a rule's place, whatever piece says it and for how long. */
  record Sense(String rule, Tier tier, String text, Subject subject, String source) {}

  Sense sense() {
    Evidence evidence = piece.evidence();
    return new Sense(rule.place(), tier, text, evidence.subject(), evidence.source());
  }

  boolean actsAt(Instant at) {
    return !at.isBefore(from) && at.isBefore(to);
  }

  boolean livesAt(Instant at) {
    return at.isBefore(live);
  }

  Reason reason(Subject appraised, Instant at) {
    StringBuilder words = new StringBuilder(text);
    if (!piece.evidence().subject().equals(appraised)) {
      words.append(", of ").append(piece.evidence().subject());
    }
    words.append(", says ").append(piece.evidence().source());
    boolean latched = tier == Tier.CONTRAINDICATED && !livesAt(at);
    if (!livesAt(at)) {
      words.append(latched ? "; latched" : "; held down");
    }
    return new Reason(
        rule.component(), tier, rule.place(), words.toString(), Optional.of(piece.id()), latched);
  }
}

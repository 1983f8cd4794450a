package org.thingward.trust;

import java.time.Instant;
import java.util.Comparator;

/**
 * A piece of evidence in its place: with its id, and what its source may do by the policy.
 *
 * @param evidence the piece
 * @param id its id, computed once
 * @param raises whether it can raise: its source is registered for it and may
 * @param worst the worst tier it can give
 */
record Piece(Evidence evidence, Digest id, boolean raises, Tier worst) {
  /** Oldest first; of two received in the same microsecond, by id. */
  static final Comparator<Piece> ORDER =
      Comparator.comparing(Piece::received).thenComparing(Piece::id);

  static Piece of(Evidence evidence, Policy policy) {
    SourceRule source = policy.sources().get(evidence.source());
    if (source == null || !source.mayState(evidence.kind(), evidence.subject().kind())) {
      // What is stated by a source that is no longer registered can still lower: fail closed.
      return new Piece(evidence, evidence.id(), false, Tier.CONTRAINDICATED);
    }
    return new Piece(evidence, evidence.id(), source.raises(), source.worst());
  }

  Instant received() {
    return evidence.received();
  }

  boolean isOfSeries(Piece other) {
    return evidence.source().equals(other.evidence.source()) && isOfKind(other);
  }

  boolean isOfKind(Piece other) {
    return evidence.kind().equals(other.evidence.kind())
        && evidence.subject().equals(other.evidence.subject());
  }
}

package org.thingward.posture;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.Subject;

/**
 * What is left out of account when it is asked how a subject would stand had a cause not happened.
 * Pure: anyone with the evidence and both policies can repeat it.
 *
 * @param cause the cause
 * @param since the source's evidence from this moment on is left out
 * @param ofDevices whether that goes for its evidence about single devices too
 * @param freshUntil for staleness: the subject is judged as of a moment before this
 */
record Exemption(Cause cause, Instant since, boolean ofDevices, Instant freshUntil) {
  /** How long before the end of what lapsed a subject is judged. */
  private static final long BEFORE_MILLIS = 1;

  /**
   * A subject's posture without the causes of all of {@code exemptions}.
   *
   * @param by what judges now
   * @param counting the evidence that counts for it
   */
  static Without posture(
      Collection<Exemption> exemptions,
      InForce by,
      Subject subject,
      List<Evidence> counting,
      Instant now) {
    InForce judge = by;
    List<Evidence> evidence = counting;
    Instant at = now;
    for (Exemption exemption : exemptions) {
      switch (exemption.cause()) {
        case Cause.Source(String source) ->
            evidence = evidence.stream().filter(one -> !exemption.leavesOut(one, source)).toList();
        case Cause.Change(InForce former, InForce unused) -> judge = judge == by ? former : judge;
        case Cause.Staleness() -> {
          Instant fresh = exemption.freshUntil().minusMillis(BEFORE_MILLIS);
          at = fresh.isBefore(at) ? fresh : at;
        }
      }
    }
    Posture posture =
        at.isBefore(now)
            ? asOf(at, judge, subject, evidence)
            : judge.appraise(subject, evidence, now);
    return new Without(judge, posture, at.isBefore(now));
  }

  /**
   * How it would stand.
   *
   * @param stopped whether time was stopped for it, so that the posture's own end says nothing
   */
  record Without(InForce judge, Posture posture, boolean stopped) {}

  private boolean leavesOut(Evidence piece, String source) {
    return piece.source().equals(source)
        && !piece.received().isBefore(since)
        && (ofDevices || !Standings.isAppraised(piece.subject()));
  }

  /**
   * Judges as if time had stopped at a moment: what came later counts, in its order, as if it had
   * come at that moment.
   */
  private static Posture asOf(
      Instant moment, InForce judge, Subject subject, List<Evidence> evidence) {
    Instant at = moment;
    List<Evidence> then = new ArrayList<>();
    List<Evidence> sorted =
        evidence.stream()
            .sorted(Comparator.comparing(Evidence::received).thenComparing(Evidence::id))
            .toList();
    for (Evidence piece : sorted) {
      if (piece.received().isAfter(moment)) {
        at = at.plus(1, ChronoUnit.MICROS);
        then.add(receivedAt(at, piece));
      } else {
        then.add(piece);
      }
    }
    return judge.appraise(subject, then, at);
  }

  private static Evidence receivedAt(Instant at, Evidence piece) {
    return new Evidence(
        piece.subject(),
        piece.kind(),
        piece.source(),
        piece.assurance(),
        piece.claims(),
        at,
        piece.holdsUntil(),
        piece.raw());
  }
}

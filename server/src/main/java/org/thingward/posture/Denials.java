package org.thingward.posture;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.thingward.ledger.Ledger;
import org.thingward.trust.Decision;
import org.thingward.trust.Receipt;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.record.RepeatedDenials;

/**
 * Folds floods: of equal denials within ten seconds the first is an entry of its own, the others
 * become one entry with their count.
 */
final class Denials {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int MOST = 10_000;

  private record Same(Subject subject, RequestKind kind, String reason) {}

  private record Flood(Receipt first, Instant from, AtomicLong more) {}

  private final Ledger ledger;
  private final ConcurrentHashMap<Same, Flood> floods = new ConcurrentHashMap<>();

  Denials(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The receipt of the entry that stands for an equal denial just before, which is counted. */
  Optional<Receipt> fold(Decision denial) {
    Flood flood = floods.get(same(denial));
    if (flood == null || !denial.at().isBefore(flood.from().plus(WINDOW))) {
      return Optional.empty();
    }
    long unused = flood.more().incrementAndGet();
    return Optional.of(flood.first());
  }

  /** Notes a denial that is an entry of its own. */
  void began(Decision denial, Receipt receipt) {
    if (floods.size() < MOST) {
      Flood former = floods.put(same(denial), new Flood(receipt, denial.at(), new AtomicLong()));
      if (former != null) {
        record(denial.request().subject(), former);
      }
    }
  }

  /** Puts the floods that ended on record. */
  void endAll(Instant now) {
    floods.forEach((same, flood) -> {
      if (!now.isBefore(flood.from().plus(WINDOW)) && floods.remove(same, flood)) {
        record(same.subject(), flood);
      }
    });
  }

  private void record(Subject subject, Flood flood) {
    long more = flood.more().get();
    if (more > 0) {
      var repeated = new RepeatedDenials(subject, flood.first().entry(), more);
      Receipt unused = ledger.appendSoon(EntryType.DECISION, subject, repeated.canonical());
    }
  }

  private static Same same(Decision denial) {
    return new Same(
        denial.request().subject(), denial.request().kind(), denial.reasons().getFirst());
  }
}

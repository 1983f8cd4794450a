package org.thingward.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.thingward.ledger.ListedLedger;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decision;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.Verdict;
import org.thingward.verify.log.EntryType;

/** Keeps what is stated, and decides as the test says. */
final class FakeTrust implements EvidenceSink, DecisionPoint {
  private final ListedLedger ledger;
  final List<Evidence> stated = new CopyOnWriteArrayList<>();
  final List<Request> asked = new CopyOnWriteArrayList<>();
  final Map<Subject, Tier> tiers = new ConcurrentHashMap<>();
  volatile boolean down;
  volatile boolean denies;

  /** Runs once, while the next piece of evidence is being stated. */
  final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

  /** Puts on record in {@code ledger} what is stated. */
  FakeTrust(ListedLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Receipt state(Evidence evidence) {
    if (down) {
      throw new IllegalStateException("the test switched the sink off");
    }
    meanwhile.getAndSet(() -> {}).run();
    stated.add(evidence);
    return ledger.append(EntryType.EVIDENCE, evidence.subject(), evidence.canonical());
  }

  @Override
  public Optional<Stated> newest(Subject subject, String kind) {
    return of(subject, kind).stream()
        .reduce((older, newer) -> newer)
        .map(piece -> new Stated(piece, Optional.of(new Receipt(Digest.of(piece.canonical())))));
  }

  @Override
  public RecordedDecision decide(Request request) {
    asked.add(request);
    Digest none = Digest.of(new byte[0]);
    Decision decision =
        new Decision(
            request,
            denies ? Verdict.DENY : Verdict.PERMIT,
            tiers.getOrDefault(request.subject(), Tier.NONE),
            List.of("the test says so"),
            Optional.empty(),
            none,
            none,
            Instant.EPOCH);
    return new RecordedDecision(decision, new Receipt(none));
  }

  @Override
  public RecordedDecision refuse(Request request, String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Receipt end(GrantEnd end) {
    throw new UnsupportedOperationException();
  }

  Optional<Evidence> find(Digest id) {
    return stated.stream().filter(evidence -> evidence.id().equals(id)).findFirst();
  }

  List<Evidence> of(Subject subject, String kind) {
    return stated.stream()
        .filter(piece -> piece.subject().equals(subject) && piece.kind().equals(kind))
        .toList();
  }

  /** The words of {@code claim} in the order stated. */
  List<String> words(Subject subject, String kind, String claim) {
    return of(subject, kind).stream()
        .map(piece -> piece.claims().get(claim))
        .map(value -> ((ClaimValue.Word) value).word())
        .toList();
  }

  /** The credentials that the newest statement accepts. */
  java.util.Set<Digest> accepted(Subject subject) {
    Evidence newest = of(subject, Statements.CREDENTIAL).getLast();
    return ((ClaimValue.Digests) newest.claims().get("credential.accepted")).digests();
  }
}

package org.thingward.posture;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.LedgerUnavailable;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * Decides from the postures as they stand, and puts decisions on record: a permit before it is
 * given, a denial after (rule T6).
 */
final class Decisions implements DecisionPoint {
  private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
  private static final String UNAVAILABLE =
      "the ledger cannot make a permit durable now; try again in a minute";
  private static final Set<RequestKind> ISSUING = EnumSet.of(RequestKind.ENROL, RequestKind.RENEW);

  private final Parts parts;
  private final Consumer<Instant> appraiseExpired;

  /** What it works with. */
  record Parts(
      Standings standings,
      Appraiser appraiser,
      Waves waves,
      Ledger ledger,
      Denials denials,
      DecisionLog list,
      SteadyTime time) {}

  /**
   * Decides with these.
   *
   * @param appraiseExpired appraises again whose posture has ended by a moment
   */
  Decisions(Parts parts, Consumer<Instant> appraiseExpired) {
    this.parts = parts;
    this.appraiseExpired = appraiseExpired;
  }

  @Override
  public RecordedDecision decide(Request request) {
    Instant now = parts.time().now();
    Decider decider = decider(request.subject(), now);
    return answer(decider, decider.decide(request, now));
  }

  @Override
  public RecordedDecision decideAgain(Request request, Grant live) {
    Instant now = parts.time().now();
    Decision decision =
        parts
            .waves()
            .decide(
                () -> decider(request.subject(), now).decide(request, now),
                live,
                parts.appraiser()::inForce);
    return answer(decider(request.subject(), now), decision);
  }

  @Override
  public Optional<RecordedDecision> denyAgain(Request request, Grant live) {
    Instant now = parts.time().now();
    return parts
        .standings()
        .find(request.subject())
        .flatMap(standing -> lasting(standing, now))
        .map(Standing.Current::decider)
        .flatMap(judge ->
            parts
                .waves()
                .decideNow(() -> judge.decide(request, now), live, parts.appraiser()::inForce))
        .filter(decision -> !decision.permits())
        .map(this::deny);
  }

  private RecordedDecision answer(Decider decider, Decision decision) {
    Request request = decision.request();
    Instant now = decision.at();
    if (decision.permits() && ISSUING.contains(request.kind()) && parts.time().jump().isPresent()) {
      String why = ClockJumped.text(parts.time().offset());
      return deny(decider.refuse(request, now, why));
    }
    return decision.permits() ? permit(decider, decision) : deny(decision);
  }

  @Override
  public RecordedDecision refuse(Request request, String reason) {
    Instant now = parts.time().now();
    return deny(decider(request.subject(), now).refuse(request, now, reason));
  }

  private RecordedDecision permit(Decider decider, Decision decision) {
    try {
      Subject subject = decision.request().subject();
      return listed(
          decision, parts.ledger().append(EntryType.DECISION, subject, decision.canonical()));
    } catch (LedgerUnavailable e) {
      LOG.error("A permit could not be made durable, so it is a denial", e);
      return deny(decider.refuse(decision.request(), decision.at(), UNAVAILABLE));
    }
  }

  private RecordedDecision deny(Decision decision) {
    Optional<Receipt> repeated = parts.denials().fold(decision);
    if (repeated.isPresent()) {
      return new RecordedDecision(decision, repeated.get());
    }
    Subject subject = decision.request().subject();
    Receipt receipt = parts.ledger().appendSoon(EntryType.DECISION, subject, decision.canonical());
    parts.denials().began(decision, receipt);
    return listed(decision, receipt);
  }

  private RecordedDecision listed(Decision decision, Receipt receipt) {
    RecordedDecision recorded = new RecordedDecision(decision, receipt);
    parts.list().add(recorded);
    return recorded;
  }

  private Decider decider(Subject subject, Instant now) {
    Optional<Standing> standing = parts.standings().find(subject);
    Optional<Standing.Current> current = standing.flatMap(Standing::current);
    if (standing.isEmpty() || current.isEmpty()) {
      InForce by = parts.appraiser().inForce();
      return new Decider(by.policy(), by.appraise(subject, List.of(), now));
    }
    if (!now.isBefore(current.get().posture().until())) {
      refresh(standing.get());
    }
    return standing.get().current().orElse(current.get()).decider();
  }

  /**
   * Appraises one subject whose posture has just come to its end. What does not fall has to be
   * written first; while the database does not take it, the subject is denied.
   */
  private void refresh(Standing standing) {
    appraiseExpired.accept(parts.time().now());
    if (isOver(standing)) {
      parts.appraiser().appraiseSoon(List.of(standing));
    }
    if (isOver(standing)) {
      try {
        parts.appraiser().recorder().soon(standing).get(1, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn("{} could not be appraised again; it is denied until then", standing.subject, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isOver(Standing standing) {
    return lasting(standing, parts.time().now()).isEmpty();
  }

  /** How it stands, unless that has come to its end. */
  private static Optional<Standing.Current> lasting(Standing standing, Instant now) {
    return standing.current().filter(current -> now.isBefore(current.posture().until()));
  }

  @Override
  public Receipt end(GrantEnd end) {
    return parts.ledger().appendSoon(EntryType.GRANT_END, end.grant().subject(), end.canonical());
  }
}

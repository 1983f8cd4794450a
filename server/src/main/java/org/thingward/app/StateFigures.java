package org.thingward.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.thingward.access.Access;
import org.thingward.access.ApprovalNotices;
import org.thingward.access.InsiderWatch;
import org.thingward.drills.Drills;
import org.thingward.gateway.Gateway;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Children;
import org.thingward.platform.SteadyTime;
import org.thingward.posture.Postures;
import org.thingward.trust.Decision;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Tier;
import org.thingward.trust.Verdict;

/** How the installation stands, as metrics: read from the rooms whenever somebody asks. */
final class StateFigures {
  private final MeterRegistry registry;

  StateFigures(MeterRegistry registry) {
    this.registry = registry;
  }

  StateFigures ofClock(SteadyTime time) {
    Gauge.builder("thingward.clock.offset", time, clock -> clock.offset().toMillis() / 1000.0)
        .description("how far the wall clock is ahead of monotonic time since the start")
        .baseUnit("seconds")
        .register(registry);
    gauge(
        "thingward.clock.doubted",
        "1 while the wall clock is in doubt: nothing rises, nothing is issued",
        time,
        clock -> clock.jump().isPresent() ? 1 : 0);
    return this;
  }

  StateFigures ofChildren(Children children) {
    gauge(
        "thingward.children.restarts",
        "how often database or broker ended by themselves and were started again",
        children,
        Children::restarts);
    return this;
  }

  StateFigures ofLedger(TiledLedger ledger) {
    gauge("thingward.ledger.entries", "durable entries", ledger, TiledLedger::size);
    gauge(
        "thingward.ledger.unpublished",
        "durable entries that no checkpoint covers yet",
        ledger,
        log -> log.size() - log.checkpoint().size());
    gauge(
        "thingward.ledger.witnessed",
        "1 if a quorum of witnesses cosigned the checkpoint, or none is wanted",
        ledger,
        log -> log.isWitnessed() ? 1 : 0);
    return this;
  }

  StateFigures ofPostures(Postures postures) {
    for (Tier tier : Tier.values()) {
      Gauge.builder("thingward.postures", postures, all -> all.count(tier))
          .description("devices and services in each tier")
          .tag("tier", tier.word())
          .register(registry);
    }
    gauge(
        "thingward.falls.unstored",
        "falls that act, and wait for the database to take them",
        postures,
        Postures::unstored);
    gauge(
        "thingward.waves.undecided",
        "waves of falls that the brake holds back, and that nobody decided on",
        postures,
        Postures::undecidedWaves);
    postures.onDecision(decisions());
    return this;
  }

  /** Of the database as all rooms found it at start. */
  StateFigures ofDatabase(int disagreements) {
    Gauge.builder("thingward.database.disagreements", () -> disagreements)
        .description("rows of the database that were not what the log says when the server started")
        .register(registry);
    return this;
  }

  StateFigures ofOperators(InsiderWatch watch) {
    gauge(
        "thingward.operators.unusual",
        "what operators did that is unlike them, found since the start",
        watch,
        InsiderWatch::found);
    return this;
  }

  StateFigures ofDrills(Drills drills) {
    gauge(
        "thingward.drills.getting.through",
        "drills that got through when they were last run",
        drills,
        Drills::gettingThrough);
    return this;
  }

  StateFigures ofAccess(Access access) {
    for (String reason : access.tokenRefusals()) {
      FunctionCounter.builder("thingward.tokens.refused", access, its -> its.tokenRefusals(reason))
          .description("API tokens that were presented and refused, by reason")
          .tag("reason", reason)
          .register(registry);
    }
    gauge(
        "thingward.approvals.open",
        "changes that wait for another operator to agree",
        access,
        Access::waitingApprovals);
    gauge(
        "thingward.break.glass.unreviewed",
        "times the glass was broken that nobody has reviewed",
        access,
        Access::unreviewedBreakGlass);
    gauge(
        "thingward.operators.recoveries",
        "times every operator was ended on the server's own machine",
        access,
        Access::recoveries);
    return this;
  }

  StateFigures ofNotices(ApprovalNotices notices) {
    FunctionCounter.builder("thingward.approval.notices.lost", notices, ApprovalNotices::lost)
        .description("changes that wait for approval of which the webhook was not told")
        .register(registry);
    return this;
  }

  StateFigures ofGateway(Gateway gateway) {
    gauge("thingward.gateway.sessions", "live MQTT sessions", gateway, Gateway::sessions);
    return this;
  }

  /**
   * Every kind and verdict has its counter from the start: an alert reads no figure that is
   * missing.
   */
  private Consumer<RecordedDecision> decisions() {
    Map<Verdict, Map<RequestKind, Counter>> counters = new EnumMap<>(Verdict.class);
    for (Verdict verdict : Verdict.values()) {
      Map<RequestKind, Counter> ofVerdict = new EnumMap<>(RequestKind.class);
      for (RequestKind kind : RequestKind.values()) {
        String[] tags = {"request", kind.word(), "verdict", verdict.word()};
        ofVerdict.put(kind, registry.counter("thingward.decisions", tags));
      }
      counters.put(verdict, ofVerdict);
    }
    return recorded -> {
      Decision decision = recorded.decision();
      RequestKind kind = decision.request().kind();
      Map<RequestKind, Counter> ofVerdict = counters.getOrDefault(decision.verdict(), Map.of());
      Optional.ofNullable(ofVerdict.get(kind)).ifPresent(Counter::increment);
    };
  }

  private <T> void gauge(String name, String meaning, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(meaning).register(registry);
  }
}

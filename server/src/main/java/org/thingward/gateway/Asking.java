package org.thingward.gateway;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Peer;
import org.thingward.trust.Decision;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.Grant;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;

/** Asks for decisions on one peer, on a virtual thread, and hands each answer to an event loop. */
final class Asking {
  private static final Logger log = LoggerFactory.getLogger(Asking.class);

  private final DecisionPoint decisions;
  private final Request request;
  private final Executor threads;
  private final Executor loop;
  private final Consumer<Optional<Decision>> obey;
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Optional<Grant> live = Optional.empty();

  /**
   * Nothing is asked yet.
   *
   * @param obey runs on {@code loop} with each answer, in order; empty if none could be made
   */
  Asking(Parts parts, Peer peer, Executor loop, Consumer<Optional<Decision>> obey) {
    this(parts, request(peer), loop, obey);
  }

  /** As the other, about a peer that is away. */
  Asking(Parts parts, Request request, Executor loop, Consumer<Optional<Decision>> obey) {
    this.decisions = parts.decisions();
    this.request = request;
    this.threads = parts.threads();
    this.loop = loop;
    this.obey = obey;
  }

  private static Request request(Peer peer) {
    return new Request(RequestKind.CONNECT, peer.subject(), peer.credential(), peer.end());
  }

  /** Puts on record that the gateway itself refused a connection; the refusal stands regardless. */
  static void recordRefusal(Parts parts, Peer peer, String reason) {
    parts
        .threads()
        .execute(() -> {
          try {
            var unused = parts.decisions().refuse(request(peer), reason);
          } catch (RuntimeException e) {
            log.error("a refusal of {} is not on record: {}", peer.subject(), e.toString());
          }
        });
  }

  /** Asks, for the first time or again. On any thread. */
  void ask() {
    if (asked.getAndIncrement() == 0) {
      threads.execute(this::decideUntilCurrent);
    }
  }

  /**
   * As {@link #ask}; a denial of what is live is found on this thread, one hand-over before a cut
   * less. For changes that come alone: many at once are asked about beside each other.
   */
  void askAtOnce() {
    if (asked.getAndIncrement() > 0) {
      return;
    }
    int seen = asked.get();
    Optional<Decision> denial = live.flatMap(this::denyAgain);
    if (denial.isPresent()) {
      loop.execute(() -> obey.accept(denial));
    }
    if (denial.isEmpty() || asked.addAndGet(-seen) > 0) {
      threads.execute(this::decideUntilCurrent);
    }
  }

  private Optional<Decision> denyAgain(Grant grant) {
    try {
      return decisions.denyAgain(request, grant).map(RecordedDecision::decision);
    } catch (RuntimeException e) {
      log.error("no denial of {}, it is asked again: {}", request.subject(), e.toString());
      return Optional.empty();
    }
  }

  /** From now on it is asked what becomes of a connection under this grant. */
  void isLiveUnder(Grant grant) {
    live = Optional.of(grant);
  }

  /** Whether an answer is still to come. On any thread. */
  boolean isOpen() {
    return asked.get() > 0;
  }

  /** Decides until no change came in between, so that the last answer is by the last posture. */
  private void decideUntilCurrent() {
    int seen;
    do {
      seen = asked.get();
      Optional<Decision> decision = decide();
      loop.execute(() -> obey.accept(decision));
    } while (asked.addAndGet(-seen) > 0);
  }

  private Optional<Decision> decide() {
    try {
      return Optional.of(
          live.map(grant -> decisions.decideAgain(request, grant))
              .orElseGet(() -> decisions.decide(request))
              .decision());
    } catch (RuntimeException e) {
      log.error("no decision on {}: {}", request.subject(), e.toString());
      return Optional.empty();
    }
  }

  /** What to tell a person about a refusal. */
  static String reasonOf(Optional<Decision> decision) {
    return decision
        .map(made -> String.join(" ", made.reasons()))
        .orElse("No decision could be made.");
  }
}

package org.thingward.gateway;

import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Decision;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/**
 * The delayed wills of devices that were lost: the broker publishes each when its delay is over. If
 * the device, or its right to the will's topic, falls before, the will is withdrawn (rule G6). Each
 * is kept on disk from before the broker hears of it, so that a restart changes nothing.
 */
final class AbsentWills {
  private static final Logger log = LoggerFactory.getLogger(AbsentWills.class);

  private final Outstanding outstanding;
  private final ConcurrentHashMap<Subject, Absent> bySubject = new ConcurrentHashMap<>();

  /** A lost device's will, and where it is dealt with. */
  private record Absent(Parts parts, EventLoop loop, AbsentWill will) {}

  AbsentWills(Outstanding outstanding) {
    this.outstanding = outstanding;
  }

  /**
   * A device is about to leave this will with the broker. Blocks until it is durable.
   *
   * @throws java.io.UncheckedIOException if it cannot be kept
   */
  void left(AbsentWill will) {
    outstanding.keep(Outstanding.Kind.WILL, will.subject(), will.encode());
  }

  /** The device was lost: the broker waits with its will from now on. */
  void lost(Parts parts, EventLoop loop, AbsentWill will) {
    Absent absent = new Absent(parts, loop, will);
    bySubject.put(will.subject(), absent);
    loop.schedule(() -> isOver(absent), will.seconds(), TimeUnit.SECONDS);
  }

  private void isOver(Absent absent) {
    if (bySubject.remove(absent.will.subject(), absent)) {
      forget(absent.parts, absent.will);
    }
  }

  /** The will was published or withdrawn. On any thread. */
  void forget(Parts parts, AbsentWill will) {
    parts
        .threads()
        .execute(() -> {
          try {
            outstanding.drop(Outstanding.Kind.WILL, will.subject(), will.encode());
          } catch (RuntimeException e) {
            log.warn("the will of {} is remembered too long: {}", will.subject(), e.toString());
          }
        });
  }

  /** The device is back: the broker drops the will itself (§3.1.3.2.2). */
  void returned(Subject subject) {
    Absent absent = bySubject.remove(subject);
    if (absent != null) {
      forget(absent.parts, absent.will);
    }
  }

  /** Looks again after what the last run left: its devices were lost when it ended. */
  void recall(Parts parts, Supplier<EventLoop> loops) {
    for (String text : outstanding.all(Outstanding.Kind.WILL)) {
      try {
        AbsentWill will = AbsentWill.decode(text);
        lost(parts, loops.get(), will);
        postureChanged(will.subject());
      } catch (RuntimeException e) {
        log.error("a kept will cannot be read, so that it cannot be withdrawn: {}", e.toString());
      }
    }
  }

  /** Its posture changed. On any thread. */
  void postureChanged(Subject subject) {
    Absent absent = bySubject.get(subject);
    if (absent != null) {
      new Asking(
              absent.parts, absent.will.request(), absent.loop, decision -> judge(absent, decision))
          .ask();
    }
  }

  private void judge(Absent absent, Optional<Decision> decision) {
    AbsentWill will = absent.will;
    Optional<Grant> grant = decision.flatMap(Decision::grant);
    boolean stays =
        grant
            .map(given -> new Gatekeeper(given.rights()))
            .filter(keeper -> keeper.mayPublish(will.topic(), will.responseTopic()))
            .isPresent();
    // Asked only to know: nothing is done under it.
    grant.ifPresent(given ->
        absent
            .parts
            .decisions()
            .end(new GrantUse(given).end(GrantEnd.Cause.LEFT, absent.parts.time().now())));
    boolean away = absent.parts.sessions().of(will.subject()).isEmpty();
    if (!stays && away && bySubject.get(will.subject()) == absent) {
      withdraw(absent);
    }
  }

  /** Until it succeeds, the device is back, or the broker has published it. */
  private void withdraw(Absent absent) {
    Visit.of(
        absent.parts,
        absent.loop,
        absent.will.subject(),
        absent.will.sessionExpiry(),
        () -> bySubject.get(absent.will.subject()) == absent,
        outcome -> {
          if (outcome == Visit.Outcome.DONE) {
            isOver(absent);
          } else if (outcome == Visit.Outcome.FAILED && !absent.loop.isShuttingDown()) {
            log.warn("the will of {} is not withdrawn yet", absent.will.subject());
            absent.loop.schedule(
                () -> withdraw(absent), Visit.PAUSE.toMillis(), TimeUnit.MILLISECONDS);
          }
        });
  }
}

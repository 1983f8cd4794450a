package org.thingward.gateway;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.Subject;

/**
 * Sessions at the broker that are to be forgotten with all they hold, because the device has
 * another holder now, or none (rule G9). Until that is done, a new connection of the device gets a
 * clean start whatever it asks for. Kept on disk until it is done. Safe for many threads.
 */
final class Purges {
  private static final Logger log = LoggerFactory.getLogger(Purges.class);
  private static final String FORMAT = "thingward-purge 1\n";
  private static final long LOOK_AGAIN_MILLIS = 50;
  private static final int VISITS_AT_ONCE = 64;

  private final Outstanding outstanding;
  private final ConcurrentHashMap<Subject, By> pending = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Subject, CompletableFuture<Void>> underWay =
      new ConcurrentHashMap<>();
  private final Semaphore visits = new Semaphore(VISITS_AT_ONCE);

  /** Who brings the clean start. */
  private enum By {
    A_VISIT,
    ITS_DEVICE
  }

  Purges(Outstanding outstanding) {
    this.outstanding = outstanding;
  }

  /** The session of {@code subject} is to be forgotten. Returns once that is durable. */
  void begin(Parts parts, EventLoop loop, Subject subject) {
    pending.put(subject, By.A_VISIT);
    keepAndVisit(parts, loop, subject);
  }

  /** As {@link #begin}, and returns at once. */
  void beginSoon(Parts parts, EventLoop loop, Subject subject) {
    pending.put(subject, By.A_VISIT);
    parts.threads().execute(() -> keepAndVisit(parts, loop, subject));
  }

  private void keepAndVisit(Parts parts, EventLoop loop, Subject subject) {
    try {
      outstanding.keep(Outstanding.Kind.PURGE, subject, text(subject));
    } catch (RuntimeException e) {
      log.error("that the session of {} ends is not on disk: {}", subject, e.toString());
    }
    visitAfter(0, parts, loop, subject);
  }

  /** Goes on with what the last run left. */
  void recall(Parts parts, Supplier<EventLoop> loops) {
    for (String text : outstanding.all(Outstanding.Kind.PURGE)) {
      if (text.startsWith(FORMAT)) {
        Subject subject = Subject.parse(text.substring(FORMAT.length()).strip());
        if (pending.putIfAbsent(subject, By.A_VISIT) == null) {
          visitAfter(0, parts, loops.get(), subject);
        }
      } else {
        log.error("a session that is to be forgotten cannot be read: {}", text);
      }
    }
  }

  private static String text(Subject subject) {
    return FORMAT + subject + "\n";
  }

  /** The device itself goes to the broker; true if it must not find its session there. */
  boolean deviceComes(Subject subject) {
    return pending.computeIfPresent(subject, (same, by) -> By.ITS_DEVICE) != null;
  }

  /** The broker let the device in, with a clean start if that was due. */
  void deviceCame(Parts parts, Subject subject) {
    if (pending.remove(subject, By.ITS_DEVICE)) {
      forget(parts, subject);
    }
  }

  /** The broker did not let the device in. */
  void deviceFailed(Parts parts, EventLoop loop, Subject subject) {
    if (pending.replace(subject, By.ITS_DEVICE, By.A_VISIT)) {
      visit(parts, loop, subject);
    }
  }

  private void visit(Parts parts, EventLoop loop, Subject subject) {
    if (pending.get(subject) != By.A_VISIT) {
      return;
    }
    if (isHere(parts, subject) || !visits.tryAcquire()) {
      visitAfter(LOOK_AGAIN_MILLIS, parts, loop, subject);
      return;
    }
    CompletableFuture<Void> ends = new CompletableFuture<>();
    underWay.put(subject, ends);
    Visit.of(
        parts,
        loop,
        subject,
        0,
        () -> pending.get(subject) == By.A_VISIT,
        outcome -> {
          visits.release();
          underWay.remove(subject, ends);
          if (outcome == Visit.Outcome.DONE && pending.remove(subject, By.A_VISIT)) {
            parts.absentWills().returned(subject);
            forget(parts, subject);
          } else if (outcome == Visit.Outcome.FAILED) {
            log.warn("the session of {} at the broker is not forgotten yet", subject);
            visitAfter(Visit.PAUSE.toMillis(), parts, loop, subject);
          }
          ends.complete(null);
        });
  }

  /** Does {@code next} on {@code loop}, after a visit to the subject's session if one is paid. */
  void afterVisit(Subject subject, EventLoop loop, Runnable next) {
    CompletableFuture<Void> ends = underWay.get(subject);
    if (ends == null) {
      next.run();
    } else {
      ends.thenRunAsync(next, loop);
    }
  }

  private void visitAfter(long millis, Parts parts, EventLoop loop, Subject subject) {
    if (!loop.isShuttingDown()) {
      loop.schedule(() -> visit(parts, loop, subject), millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Whether a connection of it still has to leave, so that its will is not taken for lost. */
  private static boolean isHere(Parts parts, Subject subject) {
    return parts.sessions().of(subject).stream().anyMatch(session -> !session.isWatched());
  }

  private void forget(Parts parts, Subject subject) {
    parts
        .threads()
        .execute(() -> {
          try {
            outstanding.drop(Outstanding.Kind.PURGE, subject, text(subject));
          } catch (RuntimeException e) {
            log.warn("the session of {} will be forgotten twice: {}", subject, e.toString());
          }
        });
  }
}

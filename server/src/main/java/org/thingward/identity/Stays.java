package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Database;
import org.thingward.platform.Peer;
import org.thingward.platform.PeerSightings;
import org.thingward.platform.Place;
import org.thingward.platform.Recent;
import org.thingward.platform.Time;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Subject;

/**
 * Remembers from which networks each subject speaks, and states as evidence that it speaks from a
 * new one. A few networks of each are remembered, as prefixes alone, and a network at which nobody
 * was seen for a year is forgotten. What cannot be remembered now is passed over: nothing waits for
 * it.
 */
public final class Stays implements PeerSightings, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Stays.class);
  private static final int MOST_PLACES = 4;
  private static final int MOST_WAITING = 10_000;
  private static final int MOST_REMEMBERED = 100_000;
  private static final Duration FORGOTTEN_AFTER = Duration.ofDays(365);

  /** Who is at new places all the time is not told of each. */
  private static final Duration SETTLED_AFTER = Duration.ofDays(1);

  private final StayStore store;
  private final EvidenceSink sink;
  private final Time time;
  private final BlockingQueue<Sighting> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Recent<Whose, Stay> recent = new Recent<>(MOST_REMEMBERED);
  private final Thread writer;

  /** That a subject was heard from a place. */
  record Sighting(Subject subject, Place place, Instant at) {
    Whose whose() {
      return new Whose(subject, place.six());
    }
  }

  /** A subject by one kind of its addresses. */
  private record Whose(Subject subject, boolean six) {}

  /**
   * Begins to remember.
   *
   * @param sink bound to the source {@code presence}
   */
  public Stays(Database database, EvidenceSink sink, Time time) {
    this.store = new StayStore(database);
    this.sink = sink;
    this.time = time;
    this.writer = Thread.ofVirtual().name("stays").start(this::write);
  }

  @Override
  public void seen(Peer peer, Place from) {
    Sighting sighting = new Sighting(peer.subject(), from, time.now());
    boolean known =
        recent
            .find(sighting.whose())
            .filter(stay -> stay.place().equals(from) && !stay.isWorthNoting(sighting.at()))
            .isPresent();
    if (!known && !waiting.offer(sighting)) {
      log.debug("from where {} speaks is passed over: too many at once", peer.subject());
    }
  }

  /** In the order in which they were seen: who was where before decides what is a move. */
  private void write() {
    try {
      forgetLongGone();
      while (true) {
        Sighting sighting = waiting.take();
        try {
          take(sighting);
        } catch (RuntimeException e) {
          log.warn("from where {} speaks is passed over: {}", sighting.subject(), e.toString());
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void forgetLongGone() {
    try {
      int forgotten = store.forgetUnseenSince(time.now().minus(FORGOTTEN_AFTER));
      log.debug("{} networks at which nobody was seen for a year are forgotten", forgotten);
    } catch (RuntimeException e) {
      log.warn("networks of long ago are not forgotten now: {}", e.toString());
    }
  }

  /** Remembers one, and states it if it is a move. */
  void take(Sighting sighting) {
    List<Stay> known = store.of(sighting.subject(), sighting.place().six());
    Optional<Stay> here =
        known.stream().filter(stay -> stay.place().equals(sighting.place())).findFirst();
    Stay stay = here.orElseGet(() -> new Stay(sighting.place(), sighting.at(), sighting.at()));
    if (here.isEmpty()) {
      known.stream()
          .skip(MOST_PLACES - 1)
          .forEach(old -> store.forget(sighting.subject(), old.place()));
      moved(sighting, known).ifPresent(this::state);
      store.put(sighting.subject(), stay);
    } else if (stay.isWorthNoting(sighting.at())) {
      stay = stay.seenAgain(sighting.at());
      store.put(sighting.subject(), stay);
    }
    recent.keep(sighting.whose(), stay);
  }

  private static Optional<Evidence> moved(Sighting sighting, List<Stay> known) {
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Instant newest = known.stream().map(Stay::began).max(Instant::compareTo).orElseThrow();
    Stay last = known.getFirst();
    Duration stayed = Duration.between(newest, last.seen());
    boolean settled = known.size() < MOST_PLACES || stayed.compareTo(SETTLED_AFTER) >= 0;
    return settled && stayed.toSeconds() > 0
        ? Optional.of(
            new Moved(sighting.subject(), stayed, last.place(), sighting.place(), sighting.at())
                .evidence())
        : Optional.empty();
  }

  private void state(Evidence moved) {
    try {
      var unused = sink.state(moved);
    } catch (RuntimeException e) {
      log.warn("that {} moved is not stated: {}", moved.subject(), e.toString());
    }
  }

  /** Remembers nothing more. */
  @Override
  public void close() {
    writer.interrupt();
  }
}

package org.thingward.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.thingward.trust.Subject;

/**
 * All connections by whose they are: being admitted, live, or taken over and watched. A session is
 * here before its first decision is asked for, so that no change of posture passes it by.
 */
final class Sessions {
  private static final int MAX_WATCHED = 4;

  private final ConcurrentHashMap<Subject, List<Session>> bySubject = new ConcurrentHashMap<>();
  private final AtomicLong orders = new AtomicLong();

  void add(Session session) {
    bySubject.compute(
        session.subject(),
        (subject, present) -> with(present == null ? List.of() : present, session));
  }

  void remove(Session session) {
    bySubject.computeIfPresent(
        session.subject(),
        (subject, present) -> {
          List<Session> rest = present.stream().filter(other -> other != session).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  /** The sessions of a subject, oldest first. */
  List<Session> of(Subject subject) {
    return bySubject.getOrDefault(subject, List.of());
  }

  /** The oldest watched connection of a subject, if it has more of them than are worth keeping. */
  Optional<Session> oldestWatched(Subject subject) {
    List<Session> watched = of(subject).stream().filter(Session::isWatched).toList();
    return watched.size() > MAX_WATCHED ? Optional.of(watched.getFirst()) : Optional.empty();
  }

  List<Session> all() {
    return bySubject.values().stream().flatMap(List::stream).toList();
  }

  /** A number for a session at its admission, higher than any before. */
  long nextOrder() {
    return orders.incrementAndGet();
  }

  private static List<Session> with(List<Session> present, Session session) {
    List<Session> more = new ArrayList<>(present);
    more.add(session);
    return List.copyOf(more);
  }
}

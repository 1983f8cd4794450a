package org.thingward.drills;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;

/** The runners that are there at this moment, and what is asked of them. Ends with the process. */
final class Runners {
  /** How many runs wait at most. */
  static final int MOST_WAITING = 5;

  /** How long a stream is silent at most, so that a reader who is gone is noticed. */
  static final Duration BREATH = Duration.ofSeconds(2);

  private static final int MOST_KNOWN = 20;

  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wished = lock.newCondition();
  private final Map<UUID, Runner> known = new LinkedHashMap<>();
  private final Map<UUID, Runner> there = new LinkedHashMap<>();
  // Oldest first; those that a runner has been told of are told to no other.
  private final Map<UUID, Wish> wishes = new LinkedHashMap<>();
  private final Map<UUID, UUID> toldTo = new LinkedHashMap<>();

  Runners(Time time) {
    this.time = time;
  }

  /** A runner says what it can do. It is there once it listens. */
  void offer(Runner runner) {
    lock.lock();
    try {
      if (known.size() >= MOST_KNOWN) {
        known.keySet().stream()
            .filter(id -> !there.containsKey(id))
            .findFirst()
            .ifPresent(known::remove);
      }
      if (known.size() >= MOST_KNOWN) {
        throw new Problem(
            429, "too-many-runners", MOST_KNOWN + " runners are there already. End one.");
      }
      known.put(runner.id(), runner);
    } finally {
      lock.unlock();
    }
  }

  Optional<Runner> find(UUID id) {
    lock.lock();
    try {
      return Optional.ofNullable(known.get(id));
    } finally {
      lock.unlock();
    }
  }

  /** It listens from now on; ends when what is returned is closed. */
  Listening listen(Runner runner) {
    lock.lock();
    try {
      if (there.putIfAbsent(runner.id(), runner) != null) {
        throw new Problem(409, "listening-already", "This runner listens already.");
      }
    } finally {
      lock.unlock();
    }
    return () -> {
      lock.lock();
      try {
        there.remove(runner.id());
        toldTo.values().removeIf(runner.id()::equals);
        wished.signalAll();
      } finally {
        lock.unlock();
      }
    };
  }

  /** The time in which a runner is there. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** Those that listen, the oldest first. */
  List<Runner> there() {
    lock.lock();
    try {
      return List.copyOf(there.values());
    } finally {
      lock.unlock();
    }
  }

  /** The next run that this runner is to carry out; empty if none is asked for in this time. */
  Optional<Wish> next(Runner runner, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (true) {
        Optional<Wish> next =
            waiting().stream()
                .filter(wish -> !toldTo.containsKey(wish.run()) && runner.has(wish.plans()))
                .findFirst();
        if (next.isPresent() || left <= 0) {
          next.ifPresent(wish -> toldTo.put(wish.run(), runner.id()));
          return next;
        }
        left = wished.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Somebody asks for a run.
   *
   * @param names the drills that are wanted; empty for all
   * @throws Problem 409 if no runner is there, 422 if none has them, 429 if too many wait
   */
  Wish wish(UUID run, List<String> names, DrillRecord.Asked asked) {
    lock.lock();
    try {
      if (there.isEmpty()) {
        throw new Problem(
            409,
            "no-runner",
            "No runner is connected. Start one on the server's machine, as its user: thingward drill --runner");
      }
      if (waiting().size() >= MOST_WAITING) {
        throw new Problem(
            429, "too-many-runs", MOST_WAITING + " runs wait already. Withdraw one first.");
      }
      List<Plan> plans =
          there.values().stream()
              .map(runner -> runner.plans(names))
              .filter(found -> names.isEmpty() || found.size() == names.size())
              .findFirst()
              .orElseThrow(() ->
                  new Problem(
                      422,
                      "unknown-drill",
                      "No runner that is connected has all of these drills: "
                          + String.join(", ", names)
                          + "."));
      Wish wish = new Wish(run, plans, asked);
      wishes.put(run, wish);
      wished.signalAll();
      return wish;
    } finally {
      lock.unlock();
    }
  }

  /** The runs that are asked for and wait, the oldest first. */
  List<Wish> waiting() {
    lock.lock();
    try {
      for (Wish wish : new ArrayList<>(wishes.values())) {
        if (wish.isOver(time.now())) {
          wishes.remove(wish.run());
          toldTo.remove(wish.run());
        }
      }
      return List.copyOf(wishes.values());
    } finally {
      lock.unlock();
    }
  }

  Optional<Wish> waiting(UUID run) {
    return waiting().stream().filter(wish -> wish.run().equals(run)).findFirst();
  }

  /**
   * A run that was asked for begins, or is not wanted any more: it waits no longer.
   *
   * @throws Problem 404 if none of this name waits
   */
  Wish take(UUID run) {
    lock.lock();
    try {
      Wish wish =
          waiting(run)
              .orElseThrow(() ->
                  new Problem(404, "unknown-run", "No run of this name is asked for and waits."));
      wishes.remove(run);
      toldTo.remove(run);
      return wish;
    } finally {
      lock.unlock();
    }
  }
}

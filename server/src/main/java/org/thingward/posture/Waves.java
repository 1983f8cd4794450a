package org.thingward.posture;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.BrakeRule;
import org.thingward.trust.Decision;
import org.thingward.trust.Grant;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The waves that the brake holds back (rule T8). Postures fall regardless: what is held is only
 * what a fall means for a grant that was given before it. Safe for many threads.
 */
final class Waves {
  private static final Logger LOG = LoggerFactory.getLogger(Waves.class);
  private static final String RECOVERED = "all have recovered";

  private final Ledger ledger;
  private final SteadyTime time;
  private final WaveStore store;
  private final Brake brake;
  private final HeldDevices held;
  private final ReentrantLock weighing = new ReentrantLock();
  private final Set<Subject> beingWeighed = ConcurrentHashMap.newKeySet();
  private final Set<Subject> changed = ConcurrentHashMap.newKeySet();
  private final Map<String, Open> open = new ConcurrentHashMap<>();

  /**
   * An open wave.
   *
   * @param since the source's evidence from this moment on is what it is about
   */
  record Open(Wave wave, Cause cause, BrakeRule rule, Instant since) {
    Open with(Wave next) {
      return new Open(next, cause, rule, since);
    }
  }

  Waves(Standings standings, Ledger ledger, SteadyTime time, WaveStore store) {
    this.ledger = ledger;
    this.time = time;
    this.store = store;
    this.brake = new Brake(standings, time);
    this.held = new HeldDevices(standings, time);
    store.open().forEach(this::stopped);
  }

  /** Held grants ended with the connections: nothing is held over a restart. */
  private void stopped(Wave wave) {
    String why = "the server stopped; connections, and held grants with them, ended";
    LOG.warn("{}: {}", wave.text(), why);
    Instant now = time.now();
    record(wave.decided(Wave.State.STOPPED, wave.until(), Wave.INSTALLATION, why, now));
  }

  private void record(Wave wave) {
    store.put(wave, ledger.appendSoon(EntryType.FINDING, wave.by(), wave.canonical()));
  }

  /**
   * Begins to weigh whom a cause lowers; another weighing waits meanwhile. Without a cause nothing
   * is weighed and nothing waits.
   */
  Weighing weigh(Optional<Cause> cause, InForce by) {
    return new Weighing(this, held, cause, by);
  }

  void lock() {
    weighing.lock();
  }

  /** This device is about to fall, and it is not known yet whether that is held back. */
  void beingWeighed(Subject subject) {
    beingWeighed.add(subject);
  }

  void unlock(List<Lowered> weighed) {
    weighed.forEach(one -> beingWeighed.remove(one.subject()));
    weighing.unlock();
  }

  /** The wave that holds these back, a new one if they are too many. */
  Optional<Open> struck(Cause cause, BrakeRule rule, List<Lowered> lowered) {
    waveOf(cause).filter(one -> held.isEmpty(one.wave().id())).ifPresent(this::recovered);
    Instant now = time.now();
    Map<String, Brake.Share> tooMany = brake.weigh(cause, rule, lowered, now);
    Optional<Open> wave = waveOf(cause);
    if (wave.isPresent()) {
      grow(wave.get(), tooMany);
    } else if (!tooMany.isEmpty()) {
      begin(cause, rule, tooMany, lowered.getFirst().example(), now);
    }
    return waveOf(cause);
  }

  private void recovered(Open one) {
    SortedSet<Subject> unused = end(one, Wave.State.RECOVERED, Wave.INSTALLATION, RECOVERED);
  }

  private Optional<Open> waveOf(Cause cause) {
    return open.values().stream()
        .filter(one -> one.cause().name().equals(cause.name()))
        .findFirst();
  }

  private void begin(
      Cause cause, BrakeRule rule, Map<String, Brake.Share> tooMany, String example, Instant now) {
    Brake.Share share = tooMany.values().iterator().next();
    Wave wave =
        new Wave(
            Wave.newId(cause, now),
            cause.text(),
            new TreeSet<>(tooMany.keySet()),
            now,
            now.plus(rule.hold()),
            share.lowered(),
            share.of(),
            example,
            Wave.State.HOLDING,
            Wave.INSTALLATION,
            "",
            now);
    LOG.warn("Live grants persist: {}. Decide: thingward wave show {}", wave.text(), wave.id());
    open.put(wave.id(), new Open(wave, cause, rule, brake.since(cause).orElse(now)));
    record(wave);
  }

  private void grow(Open one, Map<String, Brake.Share> tooMany) {
    SortedSet<String> scopes = new TreeSet<>(one.wave().scopes());
    boolean wider = scopes.addAll(tooMany.keySet());
    int lowered = tooMany.values().stream().mapToInt(Brake.Share::lowered).max().orElse(0);
    Wave grown = one.wave().grown(scopes, Math.max(lowered, one.wave().lowered()));
    open.put(grown.id(), one.with(grown));
    if (wider) {
      record(grown);
    }
  }

  /**
   * What a live grant is worth: {@code plain}, unless a wave holds its cause back.
   *
   * @param plain what a new connect would get at this moment
   */
  Decision decide(Supplier<Decision> plain, Grant live, Supplier<InForce> by) {
    Optional<Decision> now = decideNow(plain, live, by);
    if (now.isPresent()) {
      return now.get();
    }
    weighing.lock();
    weighing.unlock();
    return held.decide(plain.get(), live, by.get(), this);
  }

  /** As {@link #decide}, but waits for nothing: empty while its subject is being weighed. */
  Optional<Decision> decideNow(Supplier<Decision> plain, Grant live, Supplier<InForce> by) {
    Decision decision = plain.get();
    return beingWeighed.contains(decision.request().subject())
        ? Optional.empty()
        : Optional.of(held.decide(decision, live, by.get(), this));
  }

  /** Whether a device is held now, so that what follows from its fall must wait. */
  boolean holds(Subject subject, InForce by) {
    return held.holds(subject, by);
  }

  Optional<Wave> find(String id) {
    return Optional.ofNullable(open.get(id)).map(Open::wave);
  }

  /** How many open waves nobody decided on. */
  int undecided() {
    return (int)
        open.values().stream().filter(one -> one.wave().state() == Wave.State.HOLDING).count();
  }

  /** When this wave's hold ends; long ago if it is over. */
  Instant endOf(String id) {
    return find(id).map(Wave::until).orElse(Instant.MIN);
  }

  /** Whom an open wave holds at this moment. */
  SortedSet<Subject> heldBy(String wave) {
    return held.of(wave);
  }

  /** Hears of changes: who recovered is soon held no more. Waits for nothing. */
  void heard(Collection<PostureChange> changes) {
    if (!open.isEmpty()) {
      changes.forEach(change -> changed.add(change.subject()));
    }
  }

  private void letGoWhoRecovered(InForce by) {
    for (Subject subject : List.copyOf(changed)) {
      changed.remove(subject);
      held.release(subject, by);
    }
  }

  /** Ends the waves that are due, or that hold nobody any more; returns whom they held. */
  SortedSet<Subject> endDue(Instant now, InForce by) {
    letGoWhoRecovered(by);
    SortedSet<Subject> over = new TreeSet<>();
    for (Open one : List.copyOf(open.values())) {
      if (!now.isBefore(one.wave().until())) {
        over.addAll(end(one, Wave.State.LAPSED, Wave.INSTALLATION, "the hold ended"));
      } else if (isEmpty(one.wave().id())) {
        recovered(one);
      }
    }
    return over;
  }

  /** Whether a wave holds nobody, and is not just about to. */
  private boolean isEmpty(String wave) {
    weighing.lock();
    try {
      return held.isEmpty(wave);
    } finally {
      weighing.unlock();
    }
  }

  /** An operator lets the wave go; returns whom it held. */
  SortedSet<Subject> release(String id, Subject operator, String reason) {
    return end(openWave(id), Wave.State.RELEASED, operator, reason);
  }

  /**
   * An operator says that the cause is false: the hold lasts once more as long.
   *
   * @param weighed whom it was to hold; it may hold fewer by now, and nobody else
   */
  void callOff(String id, Set<Subject> weighed, Subject operator, String reason) {
    weighing.lock();
    try {
      Open one = openWave(id);
      if (!weighed.containsAll(held.of(id))) {
        throw Operation.changedMeanwhile("The wave came to hold more devices");
      }
      if (one.wave().state() == Wave.State.CALLED_OFF) {
        throw WaveRoutes.conflict(one.wave());
      }
      Instant now = time.now();
      Instant until = now.plus(one.rule().hold());
      Wave next = one.wave().decided(Wave.State.CALLED_OFF, until, operator, reason, now);
      open.put(id, one.with(next));
      record(next);
    } finally {
      weighing.unlock();
    }
  }

  private Open openWave(String id) {
    Open one = open.get(id);
    if (one == null) {
      throw store
          .find(id)
          .map(WaveStore.Listed::wave)
          .map(WaveRoutes::conflict)
          .orElseGet(() -> WaveRoutes.unknown(id));
    }
    return one;
  }

  private SortedSet<Subject> end(Open one, Wave.State state, Subject by, String reason) {
    weighing.lock();
    try {
      Open latest = open.remove(one.wave().id());
      if (latest == null) {
        return new TreeSet<>();
      }
      brake.forget(latest.cause().name());
      Instant now = time.now();
      Wave over = latest.wave().decided(state, now, by, reason, now);
      record(over);
      LOG.warn("{} is over ({}): {}", over.text(), state.word(), reason);
      return held.end(over.id());
    } finally {
      weighing.unlock();
    }
  }
}

package org.thingward.posture;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Decider;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/**
 * Brings postures up to date. What lowers acts at once and is made durable after: in the journal,
 * then in the database. All else acts once it is written (rule T6). An appraisal that changes
 * nothing but times is not written (rule T10).
 */
final class Appraiser {
  private static final Logger LOG = LoggerFactory.getLogger(Appraiser.class);
  private static final int BATCH = 500;

  private final Standings standings;
  private final PostureStore store;
  private final Expiry expiry;
  private final SteadyTime time;
  private final Journal journal;
  private final Settling.Parts settling;
  private final Recorder recorder;
  private final Doubts doubts;
  private final Waves waves;
  private final List<PostureListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<Standing> held = ConcurrentHashMap.newKeySet();
  private volatile InForce inForce;

  Appraiser(
      Standings standings,
      PostureStore store,
      Expiry expiry,
      SteadyTime time,
      Journal journal,
      Doubts doubts,
      Waves waves,
      InForce inForce) {
    this.standings = standings;
    this.store = store;
    this.expiry = expiry;
    this.time = time;
    this.journal = journal;
    this.doubts = doubts;
    this.waves = waves;
    this.inForce = inForce;
    this.settling = new Settling.Parts(this, standings, store, journal, time);
    this.recorder = new Recorder(this::record);
  }

  InForce inForce() {
    return inForce;
  }

  /**
   * Judges everyone by {@code now}, and whoever comes from here on. Until all who fall by it are
   * weighed as one cause, whoever else is appraised meanwhile is judged as before: none falls
   * unweighed.
   */
  void judgeBy(InForce now) {
    Cause change = new Cause.Change(inForce, now);
    List<PostureChange> falls =
        falls(standings.appraised(), Optional.of(change), time.now(), () -> now);
    inForce = now;
    tell(falls);
    settleAll(standings.appraised());
  }

  void subscribe(PostureListener listener) {
    listeners.add(listener);
  }

  Recorder recorder() {
    return recorder;
  }

  /** What this subject's posture would be with {@code own} as its own evidence. */
  Posture appraise(InForce by, Standing standing, Collection<Evidence> own) {
    return appraise(by, standing, own, Optional.empty()).posture();
  }

  /**
   * As above; {@code before}, an appraisal of the same subject, is given again if nothing that it
   * was worked out from is another by now.
   */
  Appraised appraise(
      InForce by, Standing standing, Collection<Evidence> own, Optional<Appraised> before) {
    Instant now = time.now();
    List<Evidence> counting = standings.counting(own);
    Instant at =
        counting.stream()
            .map(Evidence::received)
            .reduce(now, (one, other) -> other.isAfter(one) ? other : one);
    return before
        .filter(known -> known.stands(by, counting, at))
        .orElseGet(() -> new Appraised(by, counting, appraised(by, standing, counting, at)));
  }

  private Posture appraised(InForce by, Standing standing, List<Evidence> counting, Instant at) {
    Posture posture = by.appraise(standing.subject, counting, at);
    return posture.tier() == Tier.CONTRAINDICATED || !doubts.remain(standing.subject, counting)
        ? posture
        : by.appraise(standing.subject, List.of(), at);
  }

  /**
   * What a new piece did before it was stored.
   *
   * @param acts whether it acts already
   * @param appraised by which it was found that it does not, if it is about who is appraised
   */
  private record Tried(boolean acts, Optional<Appraised> appraised) {
    static final Tried ACTS = new Tried(true, Optional.empty());
    static final Tried WAITS = new Tried(false, Optional.empty());
  }

  /**
   * Takes a new piece of evidence, about a device or service or about what they share.
   *
   * @return the receipt of the piece, once it is stored
   * @throws NotYetStored if it lowers: it acts, and the database has not taken it yet
   */
  Receipt take(Standing standing, Kept piece) {
    standings.follow(standing, piece.evidence());
    Collection<Standing> bearers = bearers(standing);
    Optional<Cause> cause = Cause.of(piece.evidence(), inForce.policy().brake());
    Tried tried =
        standing.find(piece.id()).isPresent()
            ? Tried.ACTS
            : lowerAtOnce(standing, bearers, piece, cause);
    if (tried.acts()) {
      remember(piece);
      recorder.record(standing);
      bearers.forEach(recorder::soon);
    } else {
      Settling one = new Settling(settling, Map.of(standing, List.of(piece)));
      tried.appraised().ifPresent(known -> one.knowing(standing, known));
      one.settle();
      if (!Standings.isAppraised(standing.subject)) {
        appraiseAgain(bearers, cause);
      }
    }
    return standing.find(piece.id()).flatMap(Kept::receipt).orElseThrow();
  }

  /**
   * Takes new pieces of evidence about several subjects in one go. What lowers acts at once all the
   * same; what is one more reason for the worst there is, or about what is not appraised itself, is
   * taken each by itself.
   *
   * @throws NotYetStored as {@link #take}
   */
  void takeAll(Map<Standing, List<Kept>> pieces) {
    Map<Standing, List<Kept>> together = new HashMap<>();
    pieces.forEach((standing, some) -> {
      boolean known = some.stream().anyMatch(piece -> standing.find(piece.id()).isPresent());
      if (!known
          && Standings.isAppraised(standing.subject)
          && !mayBeOneMoreReason(standing, some)) {
        some.forEach(piece -> standings.follow(standing, piece.evidence()));
        together.put(standing, some);
      }
    });
    if (!together.isEmpty()) {
      settle(together);
    }
    pieces.forEach((standing, some) -> {
      if (!together.containsKey(standing)) {
        some.forEach(piece -> takeUnlessStored(standing, piece));
      }
    });
  }

  private void settle(Map<Standing, List<Kept>> pieces) {
    try {
      new Settling(settling, pieces).settle();
    } catch (RuntimeException e) {
      // What fell acts, and is written as soon as the database takes it.
      pieces.keySet().forEach(recorder::soon);
      throw e;
    }
  }

  private void takeUnlessStored(Standing standing, Kept piece) {
    if (standing.find(piece.id()).flatMap(Kept::receipt).isEmpty()) {
      Receipt unused = take(standing, piece);
    }
  }

  /** Only for who is contraindicated can a piece act without a fall of the tier. */
  private boolean mayBeOneMoreReason(Standing standing, List<Kept> pieces) {
    if (standing.posture().filter(now -> now.tier() == Tier.CONTRAINDICATED).isEmpty()) {
      return false;
    }
    List<Evidence> own = new ArrayList<>(standing.evidence());
    pieces.forEach(piece -> own.add(piece.evidence()));
    Posture after = appraise(inForce, standing, own);
    Optional<Posture> before = standing.posture();
    return pieces.stream().anyMatch(piece -> isLower(before, after, piece));
  }

  /** Who is appraised by the evidence about this subject. */
  private Collection<Standing> bearers(Standing standing) {
    return Standings.isAppraised(standing.subject)
        ? List.of(standing)
        : standings.followers(standing.subject);
  }

  /** Lets the piece act if it lowers anyone. */
  private Tried lowerAtOnce(
      Standing standing, Collection<Standing> bearers, Kept piece, Optional<Cause> cause) {
    if (Standings.isAppraised(standing.subject)) {
      try (Weighing weighing = waves.weigh(cause, inForce)) {
        return lower(standing, piece, weighing);
      }
    }
    if (bearers.stream().noneMatch(bearer -> wouldLower(bearer, piece))) {
      return Tried.WAITS;
    }
    keep(standing, piece);
    tell(falls(bearers, cause, piece.evidence().received(), this::inForce));
    return Tried.ACTS;
  }

  private static void keep(Standing standing, Kept piece) {
    standing.lock.lock();
    try {
      standing.put(piece);
    } finally {
      standing.lock.unlock();
    }
  }

  private boolean wouldLower(Standing bearer, Kept piece) {
    List<Evidence> counting = new ArrayList<>(standings.counting(bearer.evidence()));
    counting.add(piece.evidence());
    Instant received = piece.evidence().received();
    Instant at = received.isAfter(time.now()) ? received : time.now();
    Posture after = inForce.appraise(bearer.subject, counting, at);
    return isLower(bearer.posture(), after, piece);
  }

  private Tried lower(Standing standing, Kept piece, Weighing weighing) {
    standing.lock.lock();
    try {
      InForce by = inForce;
      List<Evidence> own = new ArrayList<>(standing.evidence());
      own.add(piece.evidence());
      Appraised appraised = appraise(by, standing, own, Optional.empty());
      Posture after = appraised.posture();
      Optional<Posture> before = standing.posture();
      if (!isLower(before, after, piece)) {
        return new Tried(false, Optional.of(appraised));
      }
      standing.put(piece);
      if (before.isEmpty() || !before.get().standsAs(after)) {
        weighing.note(standing, after, piece.evidence().received());
        set(by, standing, after, after.id(), false);
        weighing.strike();
        tell(List.of(new PostureChange(before, after)));
      }
      return Tried.ACTS;
    } finally {
      standing.lock.unlock();
    }
  }

  /** Whether the tier falls, or the piece is one more reason for the worst there is. */
  private static boolean isLower(Optional<Posture> before, Posture after, Kept piece) {
    boolean contraindicates =
        after.reasons().stream()
            .anyMatch(reason ->
                reason.tier() == Tier.CONTRAINDICATED
                    && reason.evidence().filter(piece.id()::equals).isPresent());
    return contraindicates || new PostureChange(before, after).isFall();
  }

  /** Makes a piece that acts durable without the database. A disk that fails stops no cut. */
  void remember(Kept piece) {
    try {
      journal.append(piece.id(), piece.evidence().canonical());
    } catch (IOException e) {
      LOG.error(
          "Evidence about {} acts, and the journal cannot take it; until the database has it, a"
              + " crash would forget it",
          piece.evidence().subject(),
          e);
    }
  }

  /**
   * Appraises all of these anew: first the falls, in one call to listeners, then the rest. Returns
   * once all is written.
   *
   * @param cause why, if the brake may hold back what falls by it
   */
  void appraiseAgain(Collection<Standing> subjects, Optional<Cause> cause) {
    tell(falls(subjects, cause, time.now(), this::inForce));
    settleAll(subjects);
  }

  private void settleAll(Collection<Standing> subjects) {
    List<PostureChange> others = new ArrayList<>();
    List<Standing> sorted = subjects.stream().sorted().toList();
    int from = 0;
    try {
      for (; from < sorted.size(); from += BATCH) {
        List<Standing> batch = sorted.subList(from, Math.min(sorted.size(), from + BATCH));
        Settling each = new Settling(settling, batch, Map.of());
        each.heardBy(others::addAll);
        each.settle();
      }
    } finally {
      sorted.subList(Math.min(from, sorted.size()), sorted.size()).forEach(recorder::soon);
      tell(others);
    }
  }

  /** Lets fall whose time is over, without writing; all of these are written soon. */
  void appraiseSoon(Collection<Standing> subjects) {
    tell(falls(subjects, Optional.of(new Cause.Staleness()), time.now(), this::inForce));
    subjects.forEach(recorder::soon);
  }

  /** Tells listeners of these again as they stand: a wave does not hold them any more. */
  void tellAgain(Collection<Subject> subjects) {
    tell(
        subjects.stream()
            .map(standings::find)
            .flatMap(Optional::stream)
            .map(Standing::posture)
            .flatMap(Optional::stream)
            .map(posture -> new PostureChange(Optional.of(posture), posture))
            .toList());
  }

  private List<PostureChange> falls(
      Collection<Standing> subjects,
      Optional<Cause> cause,
      Instant since,
      Supplier<InForce> judge) {
    List<PostureChange> falls = new ArrayList<>();
    try (Weighing weighing = waves.weigh(cause, judge.get())) {
      for (Standing standing : subjects) {
        standing.lock.lock();
        try {
          InForce by = judge.get();
          Posture after = appraise(by, standing, standing.evidence());
          PostureChange change = new PostureChange(standing.posture(), after);
          weighing.note(standing, after, since);
          if (change.isFall()) {
            set(by, standing, after, after.id(), false);
            falls.add(change);
          }
        } finally {
          standing.lock.unlock();
        }
      }
      weighing.strike();
    }
    return falls;
  }

  /** While the clock is in doubt nobody rises; this one is appraised again later (rule T7). */
  void waitToRise(Standing standing) {
    held.add(standing);
  }

  /** Asks again for those who could not rise while the clock was in doubt. */
  void riseAgain() {
    List<Standing> waiting = List.copyOf(held);
    waiting.forEach(held::remove);
    waiting.forEach(recorder::soon);
  }

  private void record(List<Standing> batch) {
    new Settling(settling, batch, Map.of()).settle();
  }

  /** Makes {@code after} what decisions go by. */
  void set(InForce by, Standing standing, Posture after, Digest recorded, boolean onRecord) {
    Decider decider = new Decider(by.policy(), after, recorded);
    standing.set(new Standing.Current(after, recorded, onRecord, decider));
    expiry.put(standing.subject, after.until());
  }

  /** Makes {@code posture}, found on record at start, what the next appraisal is compared with. */
  void restore(Standing standing, Posture posture) {
    Decider decider = new Decider(inForce.policy(), posture);
    standing.set(new Standing.Current(posture, posture.id(), true, decider));
  }

  /** Lets go of what can no longer matter, once much has gathered. */
  void prune(Standing standing) {
    List<Kept> kept = standing.kept();
    if (kept.size() < 8 || kept.size() % 4 != 0 || !Standings.isAppraised(standing.subject)) {
      return;
    }
    InForce by = inForce;
    List<Evidence> counting = standings.counting(kept.stream().map(Kept::evidence).toList());
    Set<Evidence> matter =
        Set.copyOf(
            Appraisal.stillMatters(
                by.policy(), by.references(), standing.subject, counting, time.now()));
    Set<Digest> gone = new HashSet<>();
    for (Kept piece : kept) {
      if (piece.receipt().isPresent() && !matter.contains(piece.evidence())) {
        gone.add(piece.id());
      }
    }
    if (!gone.isEmpty()) {
      store.retire(gone);
      standing.lock.lock();
      try {
        standing.drop(gone);
      } finally {
        standing.lock.unlock();
      }
    }
  }

  void tell(List<PostureChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    waves.heard(changes);
    for (PostureListener listener : listeners) {
      try {
        listener.posturesChanged(changes);
      } catch (RuntimeException e) {
        LOG.error("A listener to postures failed; the others are told all the same", e);
      }
    }
  }
}

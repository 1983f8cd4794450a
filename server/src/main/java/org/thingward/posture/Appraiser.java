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
    Instant at = time.now();
    List<Evidence> counting = standings.counting(own);
    for (Evidence evidence : counting) {
      at = evidence.received().isAfter(at) ? evidence.received() : at;
    }
    Posture posture = by.appraise(standing.subject, counting, at);
    return posture.tier() == Tier.CONTRAINDICATED || !doubts.remain(standing.subject, counting)
        ? posture
        : by.appraise(standing.subject, List.of(), at);
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
    if (standing.find(piece.id()).isPresent() || lowersAtOnce(standing, bearers, piece, cause)) {
      remember(piece);
      recorder.record(standing);
      bearers.forEach(recorder::soon);
    } else {
      new Settling(Map.of(standing, List.of(piece))).settle();
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
      new Settling(pieces).settle();
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

  /** Lets the piece act if it lowers anyone; true if it does. */
  private boolean lowersAtOnce(
      Standing standing, Collection<Standing> bearers, Kept piece, Optional<Cause> cause) {
    if (Standings.isAppraised(standing.subject)) {
      try (Weighing weighing = waves.weigh(cause, inForce)) {
        return lowers(standing, piece, weighing);
      }
    }
    if (bearers.stream().noneMatch(bearer -> wouldLower(bearer, piece))) {
      return false;
    }
    keep(standing, piece);
    tell(falls(bearers, cause, piece.evidence().received(), this::inForce));
    return true;
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

  private boolean lowers(Standing standing, Kept piece, Weighing weighing) {
    standing.lock.lock();
    try {
      InForce by = inForce;
      List<Evidence> own = new ArrayList<>(standing.evidence());
      own.add(piece.evidence());
      Posture after = appraise(by, standing, own);
      Optional<Posture> before = standing.posture();
      if (!isLower(before, after, piece)) {
        return false;
      }
      standing.put(piece);
      if (before.isEmpty() || !before.get().standsAs(after)) {
        weighing.note(standing, after, piece.evidence().received());
        set(by, standing, after, after.id(), false);
        weighing.strike();
        tell(List.of(new PostureChange(before, after)));
      }
      return true;
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
  private void remember(Kept piece) {
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
        Settling settling = new Settling(batch, Map.of());
        settling.heardBy(others::addAll);
        settling.settle();
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

  /**
   * Whether a subject may do more afterwards: be of a better tier, or present another credential.
   */
  private static boolean raises(PostureChange change) {
    Posture after = change.after();
    Tier former = change.before().map(Posture::tier).orElse(Tier.NONE);
    boolean moreCredentials =
        change
            .before()
            .map(before ->
                !before.credentials().containsAll(after.credentials())
                    || (after.anyCredential() && !before.anyCredential()))
            .orElse(!after.credentials().isEmpty() || after.anyCredential());
    return former.isWorseThan(after.tier()) || moreCredentials;
  }

  /** Asks again for those who could not rise while the clock was in doubt. */
  void riseAgain() {
    List<Standing> waiting = List.copyOf(held);
    waiting.forEach(held::remove);
    waiting.forEach(recorder::soon);
  }

  private void record(List<Standing> batch) {
    new Settling(batch, Map.of()).settle();
  }

  /** Puts what some subjects stand as on record, and then in force where it waited for that. */
  private final class Settling {
    /** What one subject stands as, to be written, and what that was worked out from. */
    private record Plan(
        Standing standing,
        InForce by,
        List<Kept> basis,
        Optional<Standing.Current> before,
        Optional<Posture> after,
        PostureStore.Write write) {
      boolean isEmpty() {
        return write.evidence().isEmpty() && write.posture().isEmpty();
      }
    }

    private final List<Standing> batch;
    private Map<Standing, List<Kept>> pieces;
    private java.util.function.Consumer<List<PostureChange>> listener = Appraiser.this::tell;

    /** Over {@code batch}, in order; {@code pieces}, about some of it, count once written. */
    Settling(List<Standing> batch, Map<Standing, List<Kept>> pieces) {
      this.batch = batch.stream().sorted().toList();
      this.pieces = pieces;
    }

    /** Over all that there are new pieces about. */
    Settling(Map<Standing, List<Kept>> pieces) {
      this(List.copyOf(pieces.keySet()), pieces);
    }

    private List<Kept> pieces(Standing standing) {
      return pieces.getOrDefault(standing, List.of());
    }

    void heardBy(java.util.function.Consumer<List<PostureChange>> other) {
      listener = other;
    }

    void settle() {
      int held = 0;
      try {
        for (Standing standing : batch) {
          standing.writing.lock();
          held++;
        }
        for (List<Standing> open = batch; !open.isEmpty(); ) {
          open = round(open);
        }
        batch.forEach(Appraiser.this::prune);
      } finally {
        for (int i = 0; i < held; i++) {
          batch.get(i).writing.unlock();
        }
      }
    }

    /** Writes once; returns those that changed meanwhile, e.g. because they fell. */
    private List<Standing> round(List<Standing> open) {
      List<PostureChange> falls = new ArrayList<>();
      List<Plan> plans = open.stream().map(standing -> plan(standing, falls)).toList();
      tell(falls);
      for (PostureChange fall : falls) {
        standings
            .find(fall.subject())
            .ifPresent(fell -> pieces(fell).forEach(Appraiser.this::remember));
      }
      List<PostureStore.Write> writes =
          plans.stream().filter(plan -> !plan.isEmpty()).map(Plan::write).toList();
      Map<Digest, Receipt> receipts = writes.isEmpty() ? Map.of() : store.write(writes);
      journal.stored(receipts.keySet());
      List<Standing> again = new ArrayList<>();
      List<PostureChange> changes = new ArrayList<>();
      for (Plan plan : plans) {
        if (!commit(plan, receipts, changes)) {
          again.add(plan.standing());
        }
      }
      pieces = Map.of();
      listener.accept(changes);
      return again;
    }

    private Plan plan(Standing standing, List<PostureChange> falls) {
      standing.lock.lock();
      try {
        InForce by = inForce;
        List<Kept> basis = standing.kept();
        List<Kept> unwritten = new ArrayList<>(standing.unwritten());
        unwritten.addAll(pieces(standing));
        if (!Standings.isAppraised(standing.subject)) {
          PostureStore.Write write = new PostureStore.Write(standing, unwritten, Optional.empty());
          return new Plan(standing, by, basis, standing.current(), Optional.empty(), write);
        }
        List<Evidence> own = new ArrayList<>(standing.evidence());
        pieces(standing).forEach(piece -> own.add(piece.evidence()));
        Posture after = appraise(by, standing, own);
        PostureChange change = new PostureChange(standing.posture(), after);
        if (time.jump().isPresent() && raises(change)) {
          return withoutRise(standing, by, basis);
        }
        if (change.isFall()) {
          pieces(standing).forEach(standing::put);
          basis = standing.kept();
          set(by, standing, after, after.id(), false);
          falls.add(change);
        }
        PostureStore.Write write =
            new PostureStore.Write(standing, unwritten, toWrite(standing, after));
        return new Plan(standing, by, basis, standing.current(), Optional.of(after), write);
      } finally {
        standing.lock.unlock();
      }
    }

    /** While the clock is in doubt nobody rises; who waits is appraised again (rule T7). */
    private Plan withoutRise(Standing standing, InForce by, List<Kept> basis) {
      if (!pieces(standing).isEmpty()) {
        throw new ClockJumped(time.offset());
      }
      held.add(standing);
      Optional<Posture> acting =
          standing.current().filter(now -> !now.onRecord()).map(Standing.Current::posture);
      PostureStore.Write write = new PostureStore.Write(standing, standing.unwritten(), acting);
      return new Plan(standing, by, basis, standing.current(), Optional.empty(), write);
    }

    /** Puts in force what is written, unless something changed meanwhile; true if it did. */
    private boolean commit(Plan plan, Map<Digest, Receipt> receipts, List<PostureChange> changes) {
      Standing standing = plan.standing();
      standing.lock.lock();
      try {
        boolean same =
            standing.kept() == plan.basis()
                && standing.current().orElse(null) == plan.before().orElse(null)
                && inForce == plan.by();
        pieces(standing).forEach(standing::put);
        standing.written(receipts);
        if (plan.after().isEmpty()) {
          standing.current().ifPresent(now -> standing.set(now.asRecorded()));
          return true;
        }
        if (!same) {
          return false;
        }
        Posture after = plan.after().get();
        Optional<Posture> before = standing.posture();
        set(plan.by(), standing, after, recorded(standing, after), true);
        if (before.isEmpty() || !before.get().standsAs(after)) {
          changes.add(new PostureChange(before, after));
        }
        return true;
      } finally {
        standing.lock.unlock();
      }
    }
  }

  /**
   * What there is to put on record. A fall that acts already is recorded as it was told, not as it
   * would be told now.
   */
  private static Optional<Posture> toWrite(Standing standing, Posture after) {
    Optional<Standing.Current> same =
        standing.current().filter(now -> now.posture().standsAs(after));
    if (same.isEmpty()) {
      return Optional.of(after);
    }
    return same.filter(now -> !now.onRecord()).map(Standing.Current::posture);
  }

  /** The id of the posture on record that {@code after} stands as. */
  private static Digest recorded(Standing standing, Posture after) {
    return standing
        .current()
        .filter(now -> now.posture().standsAs(after))
        .map(Standing.Current::recorded)
        .orElseGet(after::id);
  }

  /** Makes {@code after} what decisions go by. */
  private void set(
      InForce by, Standing standing, Posture after, Digest recorded, boolean onRecord) {
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
  private void prune(Standing standing) {
    List<Kept> kept = standing.kept();
    if (kept.size() < 16 || kept.size() % 8 != 0 || !Standings.isAppraised(standing.subject)) {
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

  private void tell(List<PostureChange> changes) {
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

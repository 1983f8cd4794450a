package org.thingward.posture;

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
import org.thingward.platform.Time;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Decider;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.PostureListener;
import org.thingward.trust.Receipt;

/**
 * Brings postures up to date. A fall acts at once and is written after; all else acts once it is
 * written (rule T6). An appraisal that changes nothing but times is not written (rule T10).
 */
final class Appraiser {
  private static final Logger LOG = LoggerFactory.getLogger(Appraiser.class);
  private static final int BATCH = 500;

  private final Standings standings;
  private final PostureStore store;
  private final Expiry expiry;
  private final Time time;
  private final List<PostureListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<Standing> retries = ConcurrentHashMap.newKeySet();
  private final Set<Standing> sharedRetries = ConcurrentHashMap.newKeySet();
  private volatile InForce inForce;

  Appraiser(Standings standings, PostureStore store, Expiry expiry, Time time, InForce inForce) {
    this.standings = standings;
    this.store = store;
    this.expiry = expiry;
    this.time = time;
    this.inForce = inForce;
  }

  InForce inForce() {
    return inForce;
  }

  void judgeBy(InForce now) {
    inForce = now;
  }

  void subscribe(PostureListener listener) {
    listeners.add(listener);
  }

  /** What this subject's posture would be with {@code own} as its own evidence. */
  Posture appraise(InForce by, Standing standing, Collection<Evidence> own) {
    Instant at = time.now();
    List<Evidence> counting = standings.counting(own);
    for (Evidence evidence : counting) {
      at = evidence.received().isAfter(at) ? evidence.received() : at;
    }
    return by.appraise(standing.subject, counting, at);
  }

  /**
   * Takes a new piece about a device or service, under its lock.
   *
   * @return the receipt of the piece, once it is stored
   */
  Receipt take(Standing standing, Kept piece) {
    InForce by = inForce;
    standings.follow(standing, piece.evidence());
    List<Evidence> own = new ArrayList<>(standing.evidence());
    own.add(piece.evidence());
    Posture after = appraise(by, standing, own);
    PostureChange change = new PostureChange(standing.posture(), after);
    if (change.isFall()) {
      standing.put(piece);
      set(by, standing, after, after.id(), false);
      tell(List.of(change));
      retries.add(standing);
      writeOut(List.of(standing));
      retries.remove(standing);
    } else {
      Optional<Posture> changed = changed(standing, after);
      List<Kept> evidence = new ArrayList<>(standing.unwritten());
      evidence.add(piece);
      Map<Digest, Receipt> receipts =
          store.write(List.of(new PostureStore.Write(standing, evidence, changed)));
      standing.put(piece);
      standing.written(receipts);
      set(by, standing, after, recorded(standing, after), true);
      if (changed.isPresent()) {
        tell(List.of(change));
      }
    }
    prune(by, standing);
    return standing.find(piece.id()).flatMap(Kept::receipt).orElseThrow();
  }

  /** Writes what acts already but is not on record, of subjects whose locks are held. */
  private void writeOut(List<Standing> locked) {
    List<PostureStore.Write> writes = new ArrayList<>();
    for (Standing standing : locked) {
      Optional<Posture> posture =
          standing.current().filter(now -> !now.onRecord()).map(Standing.Current::posture);
      if (posture.isPresent() || !standing.unwritten().isEmpty()) {
        writes.add(new PostureStore.Write(standing, standing.unwritten(), posture));
      }
    }
    if (!writes.isEmpty()) {
      Map<Digest, Receipt> receipts = store.write(writes);
      for (PostureStore.Write write : writes) {
        write.standing().written(receipts);
        write.standing().current().ifPresent(now -> write.standing().set(onRecord(now)));
      }
    }
  }

  private static Standing.Current onRecord(Standing.Current now) {
    return new Standing.Current(now.posture(), now.recorded(), true, now.decider());
  }

  /** Appraises all of these anew: first the falls, in one call to listeners, then the rest. */
  void appraiseAgain(Collection<Standing> subjects) {
    retries.addAll(subjects);
    tell(falls(subjects));
    List<PostureChange> others = new ArrayList<>();
    List<Standing> sorted = subjects.stream().sorted().toList();
    try {
      for (int from = 0; from < sorted.size(); from += BATCH) {
        List<Standing> batch = sorted.subList(from, Math.min(sorted.size(), from + BATCH));
        others.addAll(locked(batch, () -> rest(batch)));
        batch.forEach(retries::remove);
      }
    } finally {
      tell(others);
    }
  }

  /**
   * Lets those fall at once who fall by a piece of {@code shared} that is not yet written. All of
   * it is written with the next {@link #appraiseAgain} or {@link #retry}.
   */
  void appraiseFalls(Standing shared, Collection<Standing> followers) {
    sharedRetries.add(shared);
    retries.addAll(followers);
    tell(falls(followers));
  }

  /** Notes that all pieces of {@code shared} are written. */
  void sharedIsWritten(Standing shared) {
    sharedRetries.remove(shared);
  }

  private List<PostureChange> falls(Collection<Standing> subjects) {
    List<PostureChange> falls = new ArrayList<>();
    for (Standing standing : subjects) {
      standing.lock.lock();
      try {
        InForce by = inForce;
        Posture after = appraise(by, standing, standing.evidence());
        PostureChange change = new PostureChange(standing.posture(), after);
        if (change.isFall()) {
          set(by, standing, after, after.id(), false);
          falls.add(change);
        }
      } finally {
        standing.lock.unlock();
      }
    }
    return falls;
  }

  private List<PostureChange> rest(List<Standing> batch) {
    InForce by = inForce;
    List<PostureStore.Write> writes = new ArrayList<>();
    List<PostureChange> changes = new ArrayList<>();
    Map<Standing, Posture> afters = new HashMap<>();
    for (Standing standing : batch) {
      Posture after = appraise(by, standing, standing.evidence());
      Optional<Posture> before = standing.posture();
      boolean stands = before.isPresent() && before.get().standsAs(after);
      boolean onRecord = standing.current().filter(now -> stands && now.onRecord()).isPresent();
      if (!onRecord || !standing.unwritten().isEmpty()) {
        // A fall that acts already is put on record as it was told, not as it would be told now.
        Optional<Posture> acting = stands ? before : Optional.of(after);
        Optional<Posture> toWrite = onRecord ? Optional.empty() : acting;
        writes.add(new PostureStore.Write(standing, standing.unwritten(), toWrite));
      }
      if (!stands) {
        changes.add(new PostureChange(before, after));
      }
      afters.put(standing, after);
    }
    Map<Digest, Receipt> receipts = writes.isEmpty() ? Map.of() : store.write(writes);
    writes.forEach(write -> write.standing().written(receipts));
    afters.forEach((standing, after) -> set(by, standing, after, recorded(standing, after), true));
    return changes;
  }

  /** Tries again to write what could not be written. */
  void retry() {
    for (Standing shared : List.copyOf(sharedRetries)) {
      shared.lock.lock();
      try {
        writeOut(List.of(shared));
        sharedRetries.remove(shared);
      } finally {
        shared.lock.unlock();
      }
    }
    List<Standing> due = List.copyOf(retries);
    if (!due.isEmpty()) {
      appraiseAgain(due);
    }
  }

  /** What there is to put on record. */
  private static Optional<Posture> changed(Standing standing, Posture after) {
    Optional<Standing.Current> same =
        standing.current().filter(now -> now.posture().standsAs(after));
    if (same.isEmpty()) {
      return Optional.of(after);
    }
    return same.filter(now -> !now.onRecord()).map(Standing.Current::posture);
  }

  /** The id of the posture on record, or about to be, that {@code after} stands as. */
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
  private void prune(InForce by, Standing standing) {
    List<Evidence> own = standing.evidence();
    if (own.size() < 16 || own.size() % 8 != 0) {
      return;
    }
    List<Evidence> counting = standings.counting(own);
    Set<Evidence> matter =
        Set.copyOf(
            Appraisal.stillMatters(
                by.policy(), by.references(), standing.subject, counting, time.now()));
    Set<Digest> gone = new HashSet<>();
    for (Kept piece : standing.kept()) {
      if (piece.receipt().isPresent() && !matter.contains(piece.evidence())) {
        gone.add(piece.id());
      }
    }
    if (!gone.isEmpty()) {
      store.retire(gone);
      standing.drop(gone);
    }
  }

  private void tell(List<PostureChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    for (PostureListener listener : listeners) {
      try {
        listener.posturesChanged(changes);
      } catch (RuntimeException e) {
        LOG.error("A listener to postures failed; the others are told all the same", e);
      }
    }
  }

  private static <T> T locked(List<Standing> sorted, Supplier<T> work) {
    int held = 0;
    try {
      for (Standing standing : sorted) {
        standing.lock.lock();
        held++;
      }
      return work.get();
    } finally {
      for (int i = 0; i < held; i++) {
        sorted.get(i).lock.unlock();
      }
    }
  }
}

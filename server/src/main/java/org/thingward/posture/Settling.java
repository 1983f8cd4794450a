package org.thingward.posture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Receipt;
import org.thingward.trust.Tier;

/** Puts what some subjects stand as on record, and then in force where it waited for that. */
final class Settling {
  /** What it works with. */
  record Parts(
      Appraiser appraiser,
      Standings standings,
      PostureStore store,
      Journal journal,
      SteadyTime time) {}

  /** What one subject stands as, to be written, and what that was worked out from. */
  private record Plan(
      Standing standing,
      InForce by,
      List<Kept> basis,
      Optional<Standing.Current> before,
      Optional<Posture> after,
      boolean standsAsBefore,
      PostureStore.Write write) {
    /** One that changes nothing but what is on record. */
    static Plan ofRecord(
        Standing standing, InForce by, List<Kept> basis, PostureStore.Write write) {
      return new Plan(standing, by, basis, standing.current(), Optional.empty(), true, write);
    }

    boolean isEmpty() {
      return write.evidence().isEmpty() && write.posture().isEmpty();
    }
  }

  private final Parts parts;
  private final List<Standing> batch;
  private Map<Standing, List<Kept>> pieces;
  private final Map<Standing, Appraised> known = new HashMap<>();
  private Consumer<List<PostureChange>> listener;

  /** Over {@code batch}, in order; {@code pieces}, about some of it, count once written. */
  Settling(Parts parts, List<Standing> batch, Map<Standing, List<Kept>> pieces) {
    this.parts = parts;
    this.listener = parts.appraiser()::tell;
    this.batch = batch.stream().sorted().toList();
    this.pieces = pieces;
  }

  /** Over all that there are new pieces about. */
  Settling(Parts parts, Map<Standing, List<Kept>> pieces) {
    this(parts, List.copyOf(pieces.keySet()), pieces);
  }

  /** This subject was appraised with its new pieces a moment ago. */
  void knowing(Standing standing, Appraised appraised) {
    known.put(standing, appraised);
  }

  private List<Kept> pieces(Standing standing) {
    return pieces.getOrDefault(standing, List.of());
  }

  void heardBy(Consumer<List<PostureChange>> other) {
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
      batch.forEach(parts.appraiser()::prune);
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
    parts.appraiser().tell(falls);
    for (PostureChange fall : falls) {
      parts
          .standings()
          .find(fall.subject())
          .ifPresent(fell -> pieces(fell).forEach(parts.appraiser()::remember));
    }
    List<PostureStore.Write> writes =
        plans.stream().filter(plan -> !plan.isEmpty()).map(Plan::write).toList();
    Map<Digest, Receipt> receipts = writes.isEmpty() ? Map.of() : parts.store().write(writes);
    parts.journal().stored(receipts.keySet());
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
      InForce by = parts.appraiser().inForce();
      List<Kept> basis = standing.kept();
      List<Kept> unwritten = new ArrayList<>(standing.unwritten());
      unwritten.addAll(pieces(standing));
      if (!Standings.isAppraised(standing.subject)) {
        PostureStore.Write write = new PostureStore.Write(standing, unwritten, Optional.empty());
        return Plan.ofRecord(standing, by, basis, write);
      }
      List<Evidence> own = new ArrayList<>(standing.evidence());
      pieces(standing).forEach(piece -> own.add(piece.evidence()));
      Posture after =
          parts
              .appraiser()
              .appraise(by, standing, own, Optional.ofNullable(known.get(standing)))
              .posture();
      PostureChange change = new PostureChange(standing.posture(), after);
      if (parts.time().jump().isPresent() && raises(change)) {
        return withoutRise(standing, by, basis);
      }
      if (change.isFall()) {
        pieces(standing).forEach(standing::put);
        basis = standing.kept();
        parts.appraiser().set(by, standing, after, after.id(), false);
        falls.add(change);
      }
      Optional<Standing.Current> before = standing.current();
      boolean stands = before.filter(now -> now.posture().standsAs(after)).isPresent();
      PostureStore.Write write =
          new PostureStore.Write(
              standing,
              unwritten,
              toWrite(before.filter(now -> stands), after).map(PostureStore.Written::of));
      return new Plan(standing, by, basis, before, Optional.of(after), stands, write);
    } finally {
      standing.lock.unlock();
    }
  }

  /** While the clock is in doubt nobody rises; who waits is appraised again (rule T7). */
  private Plan withoutRise(Standing standing, InForce by, List<Kept> basis) {
    if (!pieces(standing).isEmpty()) {
      throw new ClockJumped(parts.time().offset());
    }
    parts.appraiser().waitToRise(standing);
    Optional<Posture> acting =
        standing.current().filter(now -> !now.onRecord()).map(Standing.Current::posture);
    PostureStore.Write write =
        new PostureStore.Write(
            standing, standing.unwritten(), acting.map(PostureStore.Written::of));
    return Plan.ofRecord(standing, by, basis, write);
  }

  /** Puts in force what is written, unless something changed meanwhile; true if it did. */
  private boolean commit(Plan plan, Map<Digest, Receipt> receipts, List<PostureChange> changes) {
    Standing standing = plan.standing();
    standing.lock.lock();
    try {
      boolean same =
          standing.kept() == plan.basis()
              && standing.current().orElse(null) == plan.before().orElse(null)
              && parts.appraiser().inForce() == plan.by();
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
      parts.appraiser().set(plan.by(), standing, after, recorded(plan, after), true);
      if (!plan.standsAsBefore()) {
        changes.add(new PostureChange(before, after));
      }
      return true;
    } finally {
      standing.lock.unlock();
    }
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

  /**
   * What there is to put on record. A fall that acts already is recorded as it was told, not as it
   * would be told now.
   *
   * @param same where the subject stands, if that is as {@code after}
   */
  private static Optional<Posture> toWrite(Optional<Standing.Current> same, Posture after) {
    if (same.isEmpty()) {
      return Optional.of(after);
    }
    return same.filter(now -> !now.onRecord()).map(Standing.Current::posture);
  }

  /** The id of the posture on record that {@code after} stands as. */
  private static Digest recorded(Plan plan, Posture after) {
    return plan.before()
        .filter(now -> plan.standsAsBefore())
        .map(Standing.Current::recorded)
        .or(() -> plan.write().posture().map(PostureStore.Written::id))
        .orElseGet(after::id);
  }
}

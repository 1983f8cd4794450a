package org.thingward.posture;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.thingward.trust.Decider;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * What is held in memory of one subject. Changed under {@link #lock} only; read without it.
 *
 * <p>Nothing is written or awaited under {@link #lock}: whatever the database does, a fall gets it
 * at once (rule T6). Who writes holds {@link #writing}, so that records of one subject are in
 * order, and takes it first.
 */
final class Standing implements Comparable<Standing> {
  /**
   * Where a device or service stands.
   *
   * @param posture the latest appraisal
   * @param recorded the id of the posture on record that it stands as
   * @param onRecord false while that record is not yet written
   * @param decider decides by it
   */
  record Current(Posture posture, Digest recorded, boolean onRecord, Decider decider) {
    Current asRecorded() {
      return new Current(posture, recorded, true, decider);
    }
  }

  final Subject subject;
  final ReentrantLock lock = new ReentrantLock();
  final ReentrantLock writing = new ReentrantLock();
  private volatile List<Kept> kept = List.of();
  private volatile @Nullable Current current;

  Standing(Subject subject) {
    this.subject = subject;
  }

  Optional<Current> current() {
    return Optional.ofNullable(current);
  }

  Optional<Posture> posture() {
    return current().map(Current::posture);
  }

  void set(Current now) {
    current = now;
  }

  List<Kept> kept() {
    return kept;
  }

  List<Evidence> evidence() {
    return kept.stream().map(Kept::evidence).toList();
  }

  Optional<Kept> find(Digest id) {
    return kept.stream().filter(one -> one.id().equals(id)).findFirst();
  }

  /** What this source stated last of this kind (rule T3). */
  Optional<Kept> newest(String source, String kind) {
    return kept.stream()
        .filter(one -> one.evidence().source().equals(source) && one.evidence().kind().equals(kind))
        .max(
            Comparator.<Kept, Instant>comparing(one -> one.evidence().received())
                .thenComparing(Kept::id));
  }

  /** Adds a piece, or puts it in the place of the same piece without a receipt. */
  void put(Kept piece) {
    List<Kept> all = new ArrayList<>(kept);
    all.removeIf(one -> one.id().equals(piece.id()));
    all.add(piece);
    kept = List.copyOf(all);
  }

  void drop(Set<Digest> ids) {
    kept = kept.stream().filter(one -> !ids.contains(one.id())).toList();
  }

  List<Kept> unwritten() {
    return kept.stream().filter(one -> one.receipt().isEmpty()).toList();
  }

  /** Takes over the receipts of what was written meanwhile. */
  void written(Map<Digest, Receipt> receipts) {
    for (Kept piece : unwritten()) {
      Receipt receipt = receipts.get(piece.id());
      if (receipt != null) {
        put(piece.with(receipt));
      }
    }
  }

  @Override
  public int compareTo(Standing other) {
    return subject.compareTo(other.subject);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return subject.hashCode();
  }
}

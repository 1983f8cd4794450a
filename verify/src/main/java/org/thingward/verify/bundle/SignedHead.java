package org.thingward.verify.bundle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thingward.verify.bundle.BundleReport.Line;
import org.thingward.verify.bundle.BundleReport.Outcome;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.KeyChange;
import org.thingward.verify.log.KeyHistory;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;

/**
 * The checkpoint that everything in a file is proved against: by whose keys it is signed, how those
 * followed each other, and who cosigned it.
 */
final class SignedHead {
  static final String WITNESSES = "witnesses";

  private final String file;
  private final Checkpoint checkpoint;
  private final List<BundledKeyChange> changes;
  private final List<VerifierKey> known;
  private final boolean pinned;
  private final Optional<WitnessPolicy> policy;
  private List<VerifierKey> keys = List.of();

  /**
   * A checkpoint to be checked.
   *
   * @param file what it is in: bundle or export
   * @param own the keys that the file names
   * @param pinned the keys that count, if anyone says; else the file's own
   */
  SignedHead(
      String file,
      Checkpoint checkpoint,
      List<BundledKeyChange> changes,
      List<VerifierKey> own,
      List<VerifierKey> pinned,
      Optional<WitnessPolicy> policy) {
    this.file = file;
    this.checkpoint = checkpoint;
    this.changes = List.copyOf(changes);
    this.pinned = !pinned.isEmpty();
    this.known = this.pinned ? List.copyOf(pinned) : List.copyOf(own);
    this.policy = policy;
  }

  /** Why nothing can be proved against it; empty if its signatures and keys are right. */
  Optional<String> fault() {
    try {
      keys = new KeyHistory(changes.stream().map(BundledKeyChange::change).toList()).follow(known);
    } catch (IllegalArgumentException e) {
      return Optional.of("its keys do not follow each other: " + e.getMessage());
    }
    if (keys.isEmpty()) {
      return Optional.of("the " + file + " names no key");
    }
    for (VerifierKey key : keys) {
      if (!checkpoint.signedBy(key)) {
        return Optional.of(
            "the checkpoint has no valid %s signature of %s"
                .formatted(key.algorithm().standardName(), key.name()));
      }
    }
    return changes.stream().flatMap(change -> wrong(change).stream()).findFirst();
  }

  private Optional<String> wrong(BundledKeyChange bundled) {
    Checkpoint before = bundled.change().checkpoint();
    boolean continued =
        before.origin().equals(checkpoint.origin())
            && bundled.continued().proves(before.root(), checkpoint.root());
    return continued
        ? Optional.empty()
        : Optional.of(
            "the checkpoint does not continue the one of %d entries at which the keys changed"
                .formatted(before.size()));
  }

  /** Its date and algorithms, e.g. {@code checkpoint 2026-11-23T14:02:08Z, Ed25519 + ML-DSA-44}. */
  String described() {
    String time =
        keys.stream()
            .flatMap(key -> checkpoint.timeBy(key).stream())
            .map(at -> "checkpoint " + at)
            .findFirst()
            .orElse("undated checkpoint");
    String algorithms =
        keys.stream()
            .map(key -> key.algorithm().standardName())
            .distinct()
            .collect(Collectors.joining(" + "));
    return time + ", " + algorithms;
  }

  /** What is said of its keys and its witnesses. */
  List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (BundledKeyChange bundled : changes) {
      KeyChange change = bundled.change();
      String changed = "changed at #%d, %s, signed by the old and the new: %s";
      String reason = change.event().reason();
      lines.add(
          new Line(
              "keys", changed.formatted(change.index(), change.leaf().time(), reason), Outcome.OK));
    }
    if (!pinned) {
      String own = "taken from the %s itself; compare them with --keys";
      lines.add(new Line("keys", own.formatted(file), Outcome.NONE));
    }
    lines.add(witnesses());
    return lines;
  }

  private Line witnesses() {
    if (policy.isEmpty()) {
      return new Line(WITNESSES, "none: the log may be forked or shortened", Outcome.NONE);
    }
    List<String> names = policy.get().cosigners(checkpoint);
    int of = policy.get().witnesses().size();
    if (policy.get().isWitnessed(checkpoint)) {
      String text = "%d of %d, a quorum: %s".formatted(names.size(), of, String.join(", ", names));
      return new Line(WITNESSES, text, Outcome.OK);
    }
    String text = "%d of %d, no quorum: unwitnessed, the log may be forked or shortened";
    return new Line(WITNESSES, text.formatted(names.size(), of), Outcome.WRONG);
  }
}

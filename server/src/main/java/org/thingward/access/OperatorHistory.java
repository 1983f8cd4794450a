package org.thingward.access;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Digest;

/**
 * The entries that make operators what they are, as a chain without a gap: each change names the
 * entry before it. Safe for many threads.
 */
final class OperatorHistory {
  /** A recovery after which nobody registered yet, and the entry that it is. */
  record OpenRecovery(Recovery recovery, Digest entry) {}

  private final Set<Digest> entries = new HashSet<>();
  private final List<Recovery> recoveries = new ArrayList<>();
  private Digest last = Digest.of(new byte[0]);
  private Optional<OpenRecovery> recovery = Optional.empty();
  private volatile Optional<Gap> gap = Optional.empty();

  /** The entry that the next change follows. */
  synchronized Digest last() {
    return last;
  }

  /** Whether an entry of this digest counted. */
  synchronized boolean has(Digest entry) {
    return entries.contains(entry);
  }

  /** This entry counts, and is the last one now. */
  synchronized void follow(byte[] entry) {
    last = Digest.of(entry);
    entries.add(last);
  }

  /** Something was said of operators that cannot be read. */
  synchronized void missing(Gap found) {
    gap = Optional.of(gap.orElse(found));
  }

  /** What is missing, the first of it. */
  Optional<Gap> gap() {
    return gap;
  }

  /** Everybody ended, as this entry: what was missing from before matters no more. */
  synchronized void recover(Recovery ordered, byte[] entry) {
    gap = Optional.empty();
    recoveries.add(ordered);
    follow(entry);
    recovery = Optional.of(new OpenRecovery(ordered, last));
  }

  /** A first passkey was registered, as this entry. */
  synchronized void first(byte[] entry) {
    recovery = Optional.empty();
    follow(entry);
  }

  /** The recovery after which a first passkey is to be registered. */
  synchronized Optional<OpenRecovery> recovery() {
    return recovery;
  }

  /** All recoveries that there ever were, oldest first. */
  synchronized List<Recovery> recoveries() {
    return List.copyOf(recoveries);
  }
}

package org.thingward.access;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.Subject;

/** How one operator answered what another one asked for. Not for several threads at once. */
final class Agreement {
  /** So many answers must be known. */
  static final int ANSWERS = 10;

  /** Who agrees within this time has hardly read what it is about. */
  static final Duration AT_ONCE = Duration.ofSeconds(30);

  private final List<Duration> agreed = new ArrayList<>();
  private int refused;

  void agreed(Duration after) {
    agreed.add(after);
  }

  void refused() {
    refused++;
  }

  /** Why this is unusual, if it is: never a no, and most often at once. */
  Optional<Oddity> odd(Subject requester, Subject approver) {
    long quick = agreed.stream().filter(after -> after.compareTo(AT_ONCE) <= 0).count();
    return refused == 0 && agreed.size() >= ANSWERS && 2 * quick > agreed.size()
        ? Optional.of(
            new Oddity(
                Oddity.Kind.ALWAYS_AGREES,
                "%s agreed to all %d requests of %s, %d times within %d seconds"
                    .formatted(
                        approver.name(),
                        agreed.size(),
                        requester.name(),
                        quick,
                        AT_ONCE.toSeconds())))
        : Optional.empty();
  }
}

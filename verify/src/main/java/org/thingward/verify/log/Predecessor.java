package org.thingward.verify.log;

import java.io.IOException;
import java.util.Optional;

/**
 * An earlier head that a log must continue: nothing before it may have changed or gone.
 *
 * @param head the earlier head, whose signatures are no concern here
 * @param known how it is known, to follow "one of 6 entries", e.g. {@code was seen before}
 */
record Predecessor(Checkpoint head, String known) {
  /** Why {@code now} does not continue it; empty if it does. */
  Optional<LogFault> fault(LogSource source, Checkpoint now) {
    if (head.size() > now.size() || !head.origin().equals(now.origin())) {
      return Optional.of(
          LogFault.at(
              now.size(),
              LogVerifier.CHECKPOINT,
              "is of %,d entries of %s, and one of %,d entries of %s %s"
                  .formatted(now.size(), now.origin(), head.size(), head.origin(), known)));
    }
    try {
      ConsistencyProof proof = new TiledTree(source, now.size()).consistency(head.size());
      boolean continued = proof.proves(head.root(), now.root());
      return continued
          ? Optional.empty()
          : Optional.of(
              LogFault.at(
                  0,
                  LogVerifier.CHECKPOINT,
                  "does not continue the one of %,d entries that %s"
                      .formatted(head.size(), known)));
    } catch (IOException e) {
      return Optional.of(
          LogFault.in(
              LogVerifier.CHECKPOINT,
              "cannot be compared with the one that %s: %s".formatted(known, e.getMessage())));
    }
  }
}

package org.thingward.posture;

import java.time.Instant;
import java.util.Optional;
import org.thingward.trust.Decider;
import org.thingward.trust.Digest;
import org.thingward.trust.Rights;
import org.thingward.trust.Subject;

/**
 * A device whose connection may do less because of a cause.
 *
 * @param subject the device
 * @param product its product, where one is known
 * @param former the posture on record before
 * @param since when the source's evidence came, or the cause began
 * @param freshUntil when the posture before ended by itself
 * @param fell when it fell; grants given before may be held
 * @param example why it fell, for a person
 */
record Lowered(
    Subject subject,
    Optional<Subject> product,
    Digest former,
    Instant since,
    Instant freshUntil,
    Instant fell,
    String example) {
  /** Whether a connection may do less by {@code after} than by {@code before}. */
  static boolean isLess(Decider before, Decider after) {
    Optional<Rights> former = before.rightsToConnect();
    Optional<Rights> left = after.rightsToConnect();
    return former.isPresent() && left.filter(rights -> rights.include(former.get())).isEmpty();
  }
}

package org.thingward.trust;

import java.time.Instant;

/**
 * While evidence about {@code target} counts for the subject that is appraised.
 *
 * @param target the subject itself, its product or its release
 * @param from the first moment
 * @param to the first moment at which it no longer does
 */
record Window(Subject target, Instant from, Instant to) {
  boolean contains(Instant at) {
    return !at.isBefore(from) && at.isBefore(to);
  }
}

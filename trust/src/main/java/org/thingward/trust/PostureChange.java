package org.thingward.trust;

import java.util.Optional;

/**
 * A subject's posture became another.
 *
 * @param before the former posture; empty if this is the first
 * @param after the posture now in force
 */
public record PostureChange(Optional<Posture> before, Posture after) {
  public Subject subject() {
    return after.subject();
  }

  /** Whether the tier fell: such a change is told before it is durable (rule T6). */
  public boolean isFall() {
    return before.isPresent() && after.tier().isWorseThan(before.get().tier());
  }
}

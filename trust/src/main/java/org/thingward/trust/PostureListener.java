package org.thingward.trust;

import java.util.Collection;

/** An enforcement point that reacts when postures change. */
@FunctionalInterface
public interface PostureListener {
  /**
   * Hears changes: a fall at once, anything else after commit. By then {@link DecisionPoint}
   * already answers by the new postures. One call carries all changes of one cause, e.g. of a new
   * policy. Must return quickly and must not throw.
   */
  void posturesChanged(Collection<PostureChange> changes);
}

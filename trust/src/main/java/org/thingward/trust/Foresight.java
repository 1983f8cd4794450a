package org.thingward.trust;

import java.util.List;

/** Tells what evidence would do before it is stated; the room {@code posture} implements it. */
@FunctionalInterface
public interface Foresight {
  /** Who would stand otherwise if these pieces were stated, and who would not without them. */
  Impact of(List<Evidence> pieces);
}

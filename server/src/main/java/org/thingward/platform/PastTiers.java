package org.thingward.platform;

import java.time.Instant;
import org.thingward.trust.Tier;

/** Tells how devices stood before; the room {@code posture} implements it, from its records. */
@FunctionalInterface
public interface PastTiers {
  /** Nothing is known of the past. */
  PastTiers FORGOTTEN = (since, told) -> {};

  /**
   * Tells of each device the tier that it was of at {@code since}, if any is on record, and each
   * change of its tier from then on; those of one device in order of time.
   *
   * @throws Unavailable if the records cannot be read now
   */
  void tell(Instant since, Told told);

  /** Hears it. */
  @FunctionalInterface
  interface Told {
    /** From {@code at} on, this device was of this tier. */
    void became(String device, Instant at, Tier tier);
  }
}

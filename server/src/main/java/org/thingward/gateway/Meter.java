package org.thingward.gateway;

import org.thingward.trust.GrantEnd;

/** Hears what the gateway does, for figures. Called on event loops: must return at once. */
public interface Meter {
  /** Hears nothing. */
  Meter NONE = new Meter() {};

  /** A device was admitted and the broker accepted it. */
  default void sessionOpened() {}

  /** A session that had been opened ended. */
  default void sessionEnded(GrantEnd.Cause cause) {}

  /** A connection was turned away before it became a session. */
  default void connectRefused() {}

  /** A message was passed on for a device. */
  default void published() {}

  /** A message was delivered to a device. */
  default void delivered() {}

  /** A packet was refused, or a delivery withheld. */
  default void packetRefused() {}

  /** A session was cut so many nanoseconds after the change of posture was heard. */
  default void cut(long nanos) {}

  /** A taken-over connection spoke: a key is in use at two places. */
  default void overlap() {}
}

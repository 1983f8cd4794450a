package org.thingward.platform;

import java.util.Locale;

/** Which devices an operation concerns: how the operator's scope is kept. */
public enum Reach {
  /**
   * The device that the path's variable {@code id} names. One outside the scope is answered as one
   * that does not exist, before anything is done or put on record.
   */
  DEVICE,
  /** Several; the handler answers and does what lies in the request's scope, and nothing else. */
  FILTERED,
  /** All of them: it takes a scope of everywhere. */
  FLEET,
  /** None: it concerns the operator who asks, or nothing of the fleet. */
  OWN;

  /** The lower-case word used in the contract. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

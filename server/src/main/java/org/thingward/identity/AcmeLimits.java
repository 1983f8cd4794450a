package org.thingward.identity;

/**
 * How much may be asked for in an hour, so that a client that has gone wrong is slowed down.
 *
 * @param orders orders of one account
 * @param failures failed challenges of one account
 * @param refusals refused bindings from one address
 */
public record AcmeLimits(int orders, int failures, int refusals) {
  /** Enough for any client that works. */
  public static AcmeLimits usual() {
    return new AcmeLimits(60, 10, 30);
  }
}

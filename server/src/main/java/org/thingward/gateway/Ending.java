package org.thingward.gateway;

import org.thingward.trust.GrantEnd;

/**
 * How a session ends.
 *
 * @param cause what its grant's end says in the ledger
 * @param code the reason code for the device; {@link #SILENT} to close without a word
 * @param reason one sentence for the device
 * @param farewell how the broker is left
 */
record Ending(GrantEnd.Cause cause, int code, String reason, Farewell farewell) {
  static final int SILENT = -1;

  /** How the broker is left. */
  enum Farewell {
    /** By closing: the broker publishes the will, as for any lost device. */
    LOST,
    /** By DISCONNECT 0x00: the broker forgets the will (rule G6). */
    WITHOUT_WILL,
    /**
     * By DISCONNECT 0x04 that ends the broker's session too: others of a share get its messages.
     */
    FOR_GOOD,
    /** By DISCONNECT 0x00 that ends the broker's session too, and its will with it (rule G9). */
    FORGOTTEN,
    /** By what the device itself said, which was passed on. */
    SAID,
    /** As {@link #SAID}; what it said asks the broker to publish the will all the same. */
    SAID_WITH_WILL;

    /** Whether no will waits at the broker after it. */
    boolean leavesNoWill() {
      return this == WITHOUT_WILL || this == FORGOTTEN || this == SAID || this == FOR_GOOD;
    }
  }

  /** The device fell out of trust. */
  static Ending cut(String reason) {
    return new Ending(GrantEnd.Cause.CUT, ReasonCode.NOT_AUTHORIZED, reason, Farewell.WITHOUT_WILL);
  }

  /** The grant came to its end, and there is no other. */
  static Ending expired(String reason) {
    return new Ending(
        GrantEnd.Cause.EXPIRED, ReasonCode.NOT_AUTHORIZED, reason, Farewell.WITHOUT_WILL);
  }

  /** The device's connection broke. */
  static Ending deviceLost() {
    return new Ending(GrantEnd.Cause.LEFT, SILENT, "", Farewell.LOST);
  }

  /**
   * The device's connection broke while it was being decided anew: in doubt its will is unheard.
   */
  static Ending lostInDoubt() {
    return new Ending(GrantEnd.Cause.LEFT, SILENT, "", Farewell.WITHOUT_WILL);
  }

  /** Someone said DISCONNECT, and the other was told. */
  static Ending said() {
    return new Ending(GrantEnd.Cause.LEFT, SILENT, "", Farewell.SAID);
  }

  /** The device said DISCONNECT with another code than 0x00: the broker keeps its will. */
  static Ending saidWithWill() {
    return new Ending(GrantEnd.Cause.LEFT, SILENT, "", Farewell.SAID_WITH_WILL);
  }

  /** The device broke the protocol. */
  static Ending breach(MalformedPacket breach) {
    return new Ending(GrantEnd.Cause.LEFT, breach.reasonCode(), breach.reason(), Farewell.LOST);
  }

  /** The broker failed us, or refused for a reason of its own. */
  static Ending brokerFailed(int code, String reason) {
    return new Ending(GrantEnd.Cause.LEFT, code, reason, Farewell.LOST);
  }

  static Ending takenOver() {
    return new Ending(
        GrantEnd.Cause.TAKEN_OVER,
        ReasonCode.SESSION_TAKEN_OVER,
        "Another connection of this identity took the session.",
        Farewell.LOST);
  }

  /** Its session is to be forgotten; it may come back to a new one. */
  static Ending purged() {
    return new Ending(
        GrantEnd.Cause.STOPPED,
        ReasonCode.ADMINISTRATIVE_ACTION,
        "This device has another owner: its session begins anew.",
        Farewell.FORGOTTEN);
  }

  static Ending stopped() {
    return new Ending(
        GrantEnd.Cause.STOPPED,
        ReasonCode.SERVER_SHUTTING_DOWN,
        "The gateway stops.",
        Farewell.LOST);
  }
}

package org.thingward.ledger;

import org.thingward.platform.Unavailable;

/** The ledger could not make an entry durable: nothing that needs the entry may happen. */
public final class LedgerUnavailable extends RuntimeException implements Unavailable {
  private static final long serialVersionUID = 1L;

  /** Says which file or part failed, and why. */
  public LedgerUnavailable(String reason, Throwable cause) {
    super(reason, cause);
  }
}

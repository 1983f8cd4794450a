package org.thingward.ledger;

/** Another process writes this ledger already: one log has one writer (rule L5). */
public final class LedgerInUse extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says which ledger, and what to do. */
  public LedgerInUse(String message) {
    super(message);
  }
}

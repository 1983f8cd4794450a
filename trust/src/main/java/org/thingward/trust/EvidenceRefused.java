package org.thingward.trust;

/** Evidence that was not taken, with the reason; the caller's mistake, not a failure. */
public final class EvidenceRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says why, naming the claim, kind or subject that is wrong. */
  public EvidenceRefused(String reason) {
    super(reason);
  }
}

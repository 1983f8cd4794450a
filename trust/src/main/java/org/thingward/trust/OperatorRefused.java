package org.thingward.trust;

/** An operator may not do this, or not yet. */
public final class OperatorRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is missing: a permission, or an approval. */
  public OperatorRefused(String reason) {
    super(reason);
  }
}

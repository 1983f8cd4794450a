package org.thingward.verify.ear;

/** No attestation result, or one that nobody should believe, with the reason. */
public final class EarRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EarRefused(String reason) {
    super(reason);
  }

  EarRefused(String reason, Throwable cause) {
    super(reason, cause);
  }
}

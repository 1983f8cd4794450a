package org.thingward.verify.eat;

/** No entity attestation token, or one that nobody should believe, with the reason. */
public final class EatRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EatRefused(String reason) {
    super(reason);
  }

  EatRefused(String reason, Throwable cause) {
    super(reason, cause);
  }
}

package org.thingward.verify.reference;

/** No document of reference values, or one that nobody should believe, with the reason. */
public final class ReferenceRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReferenceRefused(String reason) {
    super(reason);
  }

  ReferenceRefused(String reason, Throwable cause) {
    super(reason, cause);
  }
}

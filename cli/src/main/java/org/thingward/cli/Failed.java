package org.thingward.cli;

/** A command could not do its work, for a reason that its user can act on. */
final class Failed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Failed(String reason) {
    super(reason);
  }

  Failed(String reason, Throwable cause) {
    super(reason, cause);
  }
}

package org.thingward.cli;

/** What was to be verified is wrong, or could not be verified. */
final class NotVerified extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotVerified(String finding) {
    super(finding);
  }
}

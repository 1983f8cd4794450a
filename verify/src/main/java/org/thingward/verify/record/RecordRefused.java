package org.thingward.verify.record;

/** Bytes that are no record of ours, with the place and the reason. */
public final class RecordRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordRefused(String reason) {
    super(reason);
  }

  RecordRefused(String reason, Throwable cause) {
    super(reason, cause);
  }
}

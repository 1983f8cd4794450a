package org.thingward.verify.boot;

/** A log of a boot that is none, or that gives other values than were quoted; with the place. */
public final class BootLogRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BootLogRefused(String reason) {
    super(reason);
  }
}

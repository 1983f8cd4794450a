package org.thingward.platform;

/** An exception that says: a part that this needs is down. Answered 503; worth trying again. */
public interface Unavailable {
  /** Which part, and why. */
  String getMessage();
}

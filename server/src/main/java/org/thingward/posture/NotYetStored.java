package org.thingward.posture;

import org.thingward.platform.Unavailable;

/**
 * Evidence acts, as rule T6 has it, and the database has not taken it yet. It is written by itself
 * once the database does; stating it again changes nothing.
 */
public final class NotYetStored extends RuntimeException implements Unavailable {
  private static final long serialVersionUID = 1L;

  NotYetStored(String why) {
    super(why);
  }

  NotYetStored(String why, Throwable cause) {
    super(why, cause);
  }
}

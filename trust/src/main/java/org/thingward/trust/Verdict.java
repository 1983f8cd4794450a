package org.thingward.trust;

import java.util.Locale;

/** The answer to a request. */
public enum Verdict {
  PERMIT,
  DENY;

  /** The lower-case word used in the ledger and the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.thingward.trust;

import java.util.Locale;

/** What an operator may be allowed to do. */
public enum Permission {
  /** Read. */
  VIEW,
  /** Register devices, make tokens, quarantine, revoke. */
  OPERATE,
  /**
   * Run drills: report them, and make and order about the red team's own devices. Who may operate
   * may do so anyway: it is for tokens that may do nothing else.
   */
  DRILL,
  /** Raise trust again: release from quarantine or a latch. */
  RELEASE,
  /** Change policy and reference values. */
  ADMINISTER_POLICY,
  /** Change who may do what. */
  ADMINISTER_ACCESS;

  /** The lower-case, hyphenated word used in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

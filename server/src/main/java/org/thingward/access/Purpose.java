package org.thingward.access;

import java.util.Locale;

/** What a challenge is for. One made for one purpose is good for no other (rule O4). */
enum Purpose {
  REGISTRATION,
  LOGIN,
  /** That a passkey vouches for the registration of another. */
  VOUCHING,
  /** That an access administrator makes exactly this change of an operator. */
  ADMINISTRATION,
  /** That an operator makes an API token with exactly these rights. */
  API_TOKEN,
  /** That exactly this change of another operator may be made. */
  APPROVAL;

  /**
   * What the challenge's digest begins with, so that no two purposes have a challenge in common.
   */
  String domain() {
    return "thingward passkey " + name().toLowerCase(Locale.ROOT) + " v1";
  }
}

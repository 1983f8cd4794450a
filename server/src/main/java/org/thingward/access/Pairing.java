package org.thingward.access;

import java.time.Duration;
import java.util.Optional;
import org.thingward.trust.Digest;

/**
 * A command line that waits for an operator to log it in: a device authorisation grant in the words
 * of RFC 8628, where the "device" is the program that asks.
 *
 * @param userCode what it shows, and what the operator compares: eight letters
 * @param wanted the token that it wants
 * @param key the key that its connection proved: the token will be bound to it
 * @param host what it calls its machine
 * @param address where it asked from
 */
record Pairing(String userCode, Wanted wanted, Optional<Digest> key, String host, String address) {
  /** How long it waits. */
  static final Duration LIFE = Duration.ofMinutes(10);

  /** How far it has come. */
  sealed interface Stage {
    /** Nobody has answered yet. */
    record Waiting() implements Stage {}

    /** An operator said no. */
    record Refused() implements Stage {}

    /** An operator signed for the token, which nobody has fetched yet. */
    record Confirmed(ApiTokenText text, ApiToken token) implements Stage {}
  }

  /** Who the token's record says asked for it. */
  ApiToken.Asker asker() {
    return new ApiToken.Asker(userCode, host, address);
  }
}

package org.thingward.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * An invitation that is open: nobody is an operator by it before another administrator says so.
 *
 * @param invitation to what
 * @param by who invited
 * @param at when
 * @param registration the passkey that was registered by its link
 */
record Invited(
    OperatorChange.Invitation invitation,
    Subject by,
    Instant at,
    Optional<Registration> registration) {
  /** How long its link is good for. */
  static final Duration LIFE = Duration.ofHours(24);

  /** Whether the link may be used at this moment. */
  boolean isOpen(Instant moment) {
    return registration.isEmpty() && moment.isBefore(linkEnds());
  }

  Instant linkEnds() {
    return at.plus(LIFE);
  }

  Invited with(Registration registered) {
    return new Invited(invitation, by, at, Optional.of(registered));
  }

  /** From when on it may be activated; empty while nothing is registered. */
  Optional<Instant> waitsUntil() {
    return registration.map(registered -> registered.at().plus(invitation.waits()));
  }

  /** What names the passkey that waits: the digest of its whole registration. */
  Optional<Digest> registered() {
    return registration.map(it -> Digest.of(CanonicalJson.encode(it.tree())));
  }
}

package org.thingward.trust;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks, and how much of an operator's rights came with the request: a session brings all of
 * them, a token what it was given. What the operator holds is asked of the {@link OperatorGate}.
 *
 * @param operator in whose name
 * @param atMost permissions that it may use, if the operator holds them
 * @param within the devices that it may touch, if the operator may
 * @param token the id of the token that it came with; empty with a session
 * @param session the id of the session that it came in; empty with a token or a certificate
 */
public record Caller(
    Subject operator,
    Set<Permission> atMost,
    Scope within,
    Optional<String> token,
    Optional<String> session) {
  public Caller {
    atMost = Set.copyOf(atMost);
  }

  /** An operator in person, with all that the operator holds. */
  public static Caller inPerson(Subject operator) {
    return inPerson(operator, Optional.empty());
  }

  /** An operator in person, in the session of this id. */
  public static Caller inSession(Subject operator, String session) {
    return inPerson(operator, Optional.of(session));
  }

  private static Caller inPerson(Subject operator, Optional<String> session) {
    return new Caller(
        operator, EnumSet.allOf(Permission.class), Scope.EVERYWHERE, Optional.empty(), session);
  }

  /** Whether a person sits at a session, and no program holds a token. */
  public boolean isInPerson() {
    return token.isEmpty();
  }
}

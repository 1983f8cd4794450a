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
 */
public record Caller(
    Subject operator, Set<Permission> atMost, Scope within, Optional<String> token) {
  public Caller {
    atMost = Set.copyOf(atMost);
  }

  /** An operator in person, with all that the operator holds. */
  public static Caller inPerson(Subject operator) {
    return new Caller(
        operator, EnumSet.allOf(Permission.class), Scope.EVERYWHERE, Optional.empty());
  }

  /** Whether a person sits at a session, and no program holds a token. */
  public boolean isInPerson() {
    return token.isEmpty();
  }
}

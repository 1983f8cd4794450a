package org.thingward.verify.approval;

import java.util.Set;
import org.thingward.trust.Subject;

/**
 * An operator, as a quorum looks at one.
 *
 * @param operator who
 * @param roles the names of the roles held
 * @param teams the names of the teams that the operator is of
 * @param credentials digests of the keys of all passkeys: who has one in common with another is the
 *     same person, under whatever name
 */
public record Approver(
    Subject operator, Set<String> roles, Set<String> teams, Set<String> credentials) {
  public Approver {
    roles = Set.copyOf(roles);
    teams = Set.copyOf(teams);
    credentials = Set.copyOf(credentials);
  }

  boolean isSamePersonAs(Approver other) {
    return operator.equals(other.operator)
        || credentials.stream().anyMatch(other.credentials::contains);
  }
}

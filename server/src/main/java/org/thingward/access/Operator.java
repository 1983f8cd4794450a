package org.thingward.access;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

/**
 * Somebody who may act, or might once.
 *
 * @param name whom sessions and the ledger name
 * @param roles what the operator is there for; none once withdrawn
 * @param teams words by which approvals may ask for people
 * @param since when the first passkey of this name counted
 * @param withdrawn when the operator was withdrawn
 */
record Operator(
    Subject name,
    List<Assignment> roles,
    Set<String> teams,
    Instant since,
    Optional<Instant> withdrawn) {
  Operator {
    roles = List.copyOf(roles);
    teams = Set.copyOf(teams);
  }

  boolean isActive() {
    return withdrawn.isEmpty();
  }

  Operator with(List<Assignment> next, Set<String> nextTeams) {
    return new Operator(name, next, nextTeams, since, Optional.empty());
  }

  Operator withdrawn(Instant at) {
    return new Operator(name, List.of(), Set.of(), since, Optional.of(at));
  }

  /** On which devices each permission is held. */
  Map<Permission, Scope> rights() {
    Map<Permission, Scope> rights = new EnumMap<>(Permission.class);
    for (Assignment assignment : roles) {
      Scope scope = new Scope(List.of(assignment.area()));
      assignment.role().permissions().forEach(each -> rights.merge(each, scope, Scope::or));
    }
    return rights;
  }

  /** Whether these roles and teams give nothing that is not held already. */
  boolean holds(OperatorChange.Roles given) {
    Map<Permission, Scope> held = rights();
    return teams.containsAll(given.teams())
        && with(given.roles(), given.teams()).rights().entrySet().stream()
            .allMatch(
                right -> held.getOrDefault(right.getKey(), Scope.NOWHERE).covers(right.getValue()));
  }

  boolean isAccessAdministrator() {
    return roles.stream().anyMatch(each -> each.role() == Role.ACCESS_ADMINISTRATOR);
  }

  List<String> teamsInOrder() {
    return List.copyOf(new TreeSet<>(teams));
  }
}

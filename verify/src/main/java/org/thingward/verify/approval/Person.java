package org.thingward.verify.approval;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Somebody who agreed, under one or several operators' names.
 *
 * @param roles those of all the names
 * @param teams those of all the names
 */
record Person(Set<String> roles, Set<String> teams) {

  /** The different people behind {@code agreed}, without the one who asked. */
  static List<Person> of(Collection<Approver> agreed, Approver requester) {
    List<List<Approver>> groups = new ArrayList<>();
    groups.add(new ArrayList<>(List.of(requester)));
    agreed.forEach(one -> join(groups, one));
    return groups.stream().filter(group -> !group.contains(requester)).map(Person::of).toList();
  }

  /** Puts one to those whom it is the same person as, who are thereby all the same. */
  private static void join(List<List<Approver>> groups, Approver one) {
    List<Approver> together = new ArrayList<>(List.of(one));
    groups.removeIf(group -> {
      boolean same = group.stream().anyMatch(one::isSamePersonAs);
      if (same) {
        together.addAll(group);
      }
      return same;
    });
    groups.add(together);
  }

  private static Person of(List<Approver> group) {
    Set<String> roles = new HashSet<>();
    Set<String> teams = new HashSet<>();
    group.forEach(one -> {
      roles.addAll(one.roles());
      teams.addAll(one.teams());
    });
    return new Person(roles, teams);
  }
}

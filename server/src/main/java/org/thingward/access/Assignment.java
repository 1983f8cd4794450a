package org.thingward.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.thingward.platform.NearestWord;
import org.thingward.platform.Problem;
import org.thingward.trust.Scope;
import tools.jackson.databind.JsonNode;

/**
 * A role that an operator has on the devices of some products in some regions.
 *
 * @param area where
 */
record Assignment(Role role, Scope.Area area) {
  /** How many an operator has at most. */
  static final int MOST = 16;

  private static final int MOST_NAMES = 64;
  private static final int LONGEST_NAME = 64;

  /** What the first operator holds. */
  static final List<Assignment> ALL =
      Arrays.stream(Role.values())
          .map(role -> new Assignment(role, new Scope.Area(Set.of(), Set.of())))
          .toList();

  /** Its members, for the record and the API; regions or products are left out for all. */
  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("role", role.word());
    if (!area.regions().isEmpty()) {
      tree.put("regions", List.copyOf(new TreeSet<>(area.regions())));
    }
    if (!area.products().isEmpty()) {
      tree.put("products", List.copyOf(new TreeSet<>(area.products())));
    }
    return tree;
  }

  static List<Map<String, Object>> trees(List<Assignment> assignments) {
    return assignments.stream().map(Assignment::tree).toList();
  }

  /**
   * Reads a list of them, as {@link #trees} writes it: what is left out of one stands for all.
   *
   * @throws Problem 422 if it is none
   */
  static List<Assignment> list(JsonNode list) {
    if (!list.isArray() || list.size() > MOST) {
      throw refused("'roles' is a list of at most " + MOST + ".");
    }
    List<Assignment> assignments = new ArrayList<>();
    list.forEach(each -> assignments.add(one(each)));
    if (new LinkedHashSet<>(assignments).size() != assignments.size()) {
      throw refused("A role is given twice on the same devices.");
    }
    return List.copyOf(assignments);
  }

  private static Assignment one(JsonNode tree) {
    for (String member : tree.propertyNames()) {
      if (!List.of("role", "regions", "products").contains(member)) {
        throw refused("A role has no member '" + member + "': role, regions or products.");
      }
    }
    String word = tree.path("role").asString("");
    Role role =
        Role.ofWord(word)
            .orElseThrow(() ->
                refused(
                    "There is no such role; it is one of "
                        + String.join(", ", Role.WORDS)
                        + "."
                        + NearestWord.hint(word, Role.WORDS)));
    Scope.Area area =
        new Scope.Area(
            names(tree.path("regions"), "regions"), names(tree.path("products"), "products"));
    if (role.isOfTheWholeFleet() && !(area.regions().isEmpty() && area.products().isEmpty())) {
      throw refused(role.word() + " is held for every region and product, or not at all.");
    }
    return new Assignment(role, area);
  }

  private static Set<String> names(JsonNode list, String member) {
    if (list.isMissingNode()) {
      return Set.of();
    }
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode name : list) {
      String text = name.asString("");
      boolean controls = text.chars().anyMatch(Character::isISOControl);
      if (text.isBlank() || text.length() > LONGEST_NAME || controls || !names.add(text)) {
        throw refused("'" + member + "' holds what is no name, or one twice.");
      }
    }
    if (!list.isArray() || names.isEmpty() || names.size() > MOST_NAMES) {
      // An empty list may not stand for everything where somebody meant nothing.
      throw refused(
          "'%s' is a list of 1 to %d names; leave it out for all.".formatted(member, MOST_NAMES));
    }
    return names;
  }

  private static Problem refused(String reason) {
    return new Problem(422, "roles-refused", reason);
  }
}

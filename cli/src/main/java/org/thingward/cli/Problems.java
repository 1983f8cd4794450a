package org.thingward.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.thingward.operator.OperatorProblem;

/** The places that a server's problem names, a line each. */
final class Problems {
  private static final int SHOWN = 20;

  private Problems() {}

  /** Lines such as {@code row 3, region: no such region 'Berln'}; none if no place is named. */
  static List<String> details(OperatorProblem problem) {
    List<String> lines = new ArrayList<>();
    // One alone is in the sentence already.
    if (problem.members().get("errors") instanceof List<?> errors && errors.size() > 1) {
      errors.stream().limit(SHOWN).forEach(error -> lines.add("  " + one(error)));
      if (errors.size() > SHOWN) {
        lines.add("  … and " + (errors.size() - SHOWN) + " more");
      }
    }
    return lines;
  }

  private static String one(Object error) {
    if (!(error instanceof Map<?, ?> members)) {
      return String.valueOf(error);
    }
    StringBuilder place = new StringBuilder();
    for (String name : List.of("row", "line", "column", "field")) {
      Object value = members.get(name);
      if (value != null) {
        place.append(place.isEmpty() ? "" : ", ").append(name).append(' ').append(value);
      }
    }
    Object text = firstOf(members, "detail", "message");
    return place.isEmpty() ? String.valueOf(text) : place + ": " + text;
  }

  private static Object firstOf(Map<?, ?> members, String first, String second) {
    Object value = members.get(first);
    Object other = members.get(second);
    return value != null ? value : other != null ? other : members;
  }
}

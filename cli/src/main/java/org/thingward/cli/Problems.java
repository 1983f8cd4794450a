package org.thingward.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thingward.operator.OperatorProblem;

/** What a server's problem says beside its sentence: the places that it names, what to do next. */
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

  /** What to do on the command line about who one is; empty if that is not what is wrong. */
  static Optional<String> remedy(OperatorProblem problem) {
    String type = problem.type().substring(problem.type().lastIndexOf(':') + 1);
    return switch (type) {
      case "bootstrap-ended", "not-an-operator" -> Optional.of("log in: thingward login");
      case "awaits-approval" ->
          Optional.of(
              "see it, and who must agree: thingward approval show "
                  + problem.members().get("approval"));
      case "token-refused" -> Optional.of("log in anew: thingward login");
      default -> Optional.empty();
    };
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

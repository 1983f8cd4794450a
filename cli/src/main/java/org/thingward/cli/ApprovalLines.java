package org.thingward.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** An approval as a person reads it: what is asked, what it would do, who must agree, who did. */
final class ApprovalLines {
  private ApprovalLines() {}

  static List<String> of(JsonNode one) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s asks for %s %s, at %s UTC"
            .formatted(
                Answers.text(one, "requester"),
                Answers.text(one, "method"),
                Answers.text(one, "path"),
                Answers.time(one, "asked")));
    lines.add("because:    it " + Answers.all(one, "because"));
    lines.add(
        "effect:     raises %s devices, lowers %s%s"
            .formatted(
                Answers.number(one, "raised"),
                Answers.number(one, "lowered"),
                one.path("widens").asBoolean(false) ? ", permits more in some case" : ""));
    add(lines, "raises:     ", Answers.all(one, "raised-devices"));
    add(lines, "lowers:     ", Answers.all(one, "lowered-devices"));
    add(lines, "differs:    ", Answers.all(one, "notes"));
    lines.add("must agree: " + Answers.all(one, "quorums"));
    one.path("approved-by")
        .forEach(by ->
            lines.add(
                "agreed:     %s, at %s UTC"
                    .formatted(Answers.text(by, "operator"), Answers.time(by, "at"))));
    lines.add(standing(one));
    return lines;
  }

  private static void add(List<String> lines, String name, String text) {
    if (!text.isEmpty()) {
      lines.add(name + text);
    }
  }

  private static String standing(JsonNode one) {
    String until = Answers.time(one, "expires");
    return switch (Answers.text(one, "state")) {
      case "open" -> "waits until %s UTC. To agree: open the console".formatted(until);
      case "approved" ->
          "enough agreed: thingward approval execute %s, until %s UTC"
              .formatted(Answers.text(one, "approval"), until);
      case "refused", "voided" ->
          "%s by %s: %s"
              .formatted(
                  Answers.text(one, "state"),
                  Answers.text(one, "ended-by"),
                  Answers.text(one, "reason"));
      default -> Answers.text(one, "state");
    };
  }
}

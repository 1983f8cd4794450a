package org.thingward.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.thingward.operator.Operator;
import tools.jackson.databind.JsonNode;

/** What a server found when it decided the past again by another policy. */
final class ReplayedPolicy {
  private static final int SHOWN = 10;

  private final JsonNode report;

  private ReplayedPolicy(JsonNode report) {
    this.report = report;
  }

  /** Asks for it, and shows how far it is. */
  static ReplayedPolicy ask(
      Operator operator, byte[] policy, Map<String, String> query, Terminal terminal) {
    List<JsonNode> reports = new ArrayList<>();
    try {
      operator.replayPolicy(
          policy,
          query,
          event -> {
            if (event.has("problem")) {
              throw new Failed(Answers.text(event.path("problem"), "detail"));
            }
            if (event.has("report")) {
              reports.add(event.path("report"));
            } else {
              terminal.progress(
                  "  decided again: %s of %s"
                      .formatted(
                          Answers.number(event.path("progress"), "decided"),
                          Answers.number(event.path("progress"), "decisions")));
            }
          });
    } finally {
      terminal.progressEnded();
    }
    if (reports.isEmpty()) {
      throw new Failed("the server ended the replay without a report; see its log");
    }
    return new ReplayedPolicy(reports.getLast());
  }

  JsonNode json() {
    return report;
  }

  boolean isSame() {
    return report.path("differing").longValue() == 0;
  }

  /** The lines that tell it. */
  List<String> lines(boolean all) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s to %s: %s decisions about %s subjects, %s would differ"
            .formatted(
                Answers.time(report, "from"),
                Answers.time(report, "until"),
                Answers.number(report, "decisions"),
                Answers.number(report, "subjects"),
                Answers.number(report, "differing")));
    List<JsonNode> groups = new ArrayList<>();
    report.path("groups").forEach(groups::add);
    int shown = all ? groups.size() : Math.min(SHOWN, groups.size());
    groups.subList(0, shown).forEach(group -> group(group, lines));
    if (shown < groups.size()) {
      lines.add("… and %d more groups; --all shows them".formatted(groups.size() - shown));
    }
    remark(lines, "ungrouped", "differ in yet other ways");
    remark(lines, "beyond-policy", "were denials that no policy made; they are not compared");
    remark(
        lines,
        "unrepeated",
        "are not repeated by the policy of their time from what is on record; they are not compared");
    return lines;
  }

  private void group(JsonNode group, List<String> lines) {
    lines.add("");
    lines.add(
        "%s decisions about %s subjects: %s, %s"
            .formatted(
                Answers.number(group, "decisions"),
                Answers.number(group, "subjects"),
                Answers.text(group, "request"),
                joined(group.path("changes"), ", ")));
    lines.add("     was  " + outcome(group.path("before")));
    lines.add("     is   " + outcome(group.path("after")) + ", because " + why(group));
    for (JsonNode example : group.path("examples")) {
      lines.add(
          "     e.g. %s at %s: %s"
              .formatted(
                  Answers.text(example, "subject"),
                  Answers.time(example, "at"),
                  joined(example.path("reasons"), "; ")));
    }
  }

  private static String why(JsonNode group) {
    return Answers.text(group, "why");
  }

  private static String outcome(JsonNode outcome) {
    return Answers.text(outcome, "verdict") + " as " + Answers.text(outcome, "tier");
  }

  private static String joined(JsonNode list, String by) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asString("")));
    return Terminal.printable(String.join(by, texts)).replace('\n', ' ');
  }

  private void remark(List<String> lines, String member, String what) {
    if (report.path(member).longValue() > 0) {
      lines.add("");
      lines.add(Answers.number(report, member) + " " + what);
    }
  }
}

package org.thingward.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.operator.Operator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Decisions: what was asked, what was answered, and why. */
@Command(
    name = "decision",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "What was decided, and why.")
final class DecisionCommand {
  private final Tools tools;

  DecisionCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(mixinStandardHelpOptions = true, description = "List decisions, the newest first.")
  int list(
      @Mixin Access access,
      @Option(
              names = "--subject",
              defaultValue = "",
              description = "Only about this device (or KIND:NAME).")
          String subject,
      @Option(names = "--limit", defaultValue = "50", description = "At most so many.") int limit) {
    return tools.asOperator(
        access, operator -> show(access, operator.list("/decisions", about(subject), limit)));
  }

  private static Map<String, String> about(String subject) {
    Map<String, String> query = new HashMap<>();
    if (!subject.isEmpty()) {
      query.put("subject", Names.subject(subject).toString());
    }
    return query;
  }

  private void show(Access access, List<JsonNode> decisions) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(decisions));
      return;
    }
    Table table = new Table("TIME (UTC)", "SUBJECT", "REQUEST", "VERDICT", "ENTRY", "WHY");
    decisions.forEach(decision -> addRow(table, decision));
    tools.printOr(table, "Nothing was decided yet.");
  }

  private static void addRow(Table table, JsonNode decision) {
    table.row(
        Answers.time(decision, "at"),
        Answers.text(decision, "subject"),
        Answers.text(decision, "request"),
        Answers.text(decision, "verdict"),
        Answers.index(decision),
        why(decision));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Show decisions as they are made, until Ctrl-C.")
  int tail(@Mixin Access access) {
    return tools.asOperator(access, operator -> follow(access, operator));
  }

  private void follow(Access access, Operator operator) {
    operator
        .connection()
        .follow(
            "/decisions/events",
            Map.of(),
            decision -> {
              tools.terminal().line(access.json() ? decision.toString() : line(decision));
              return !tools.terminal().out().checkError();
            });
  }

  private String line(JsonNode decision) {
    String text =
        "%s  %-24s %-8s %-7s %-7s %s"
            .formatted(
                Answers.time(decision, "at"),
                Answers.text(decision, "subject"),
                Answers.text(decision, "request"),
                Answers.text(decision, "verdict"),
                Answers.index(decision),
                why(decision));
    return Terminal.shortened(text, tools.terminal().width());
  }

  private static String why(JsonNode decision) {
    return Answers.all(decision, "reasons");
  }
}

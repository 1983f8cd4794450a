package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Changes that others must agree to. To agree takes a passkey, and hence the console. */
@Command(
    name = "approval",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Changes that wait for other operators to agree.",
      "To agree or refuse takes a passkey: open the console."
    })
final class ApprovalCommand {
  private static final String ID = "Its name, as `thingward approval list` shows it.";

  private final Tools tools;

  ApprovalCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(mixinStandardHelpOptions = true, description = "List approvals, the newest first.")
  int list(
      @Mixin Access access,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              defaultValue = "",
              description = "open, approved, expired, refused, withdrawn, voided or executed.")
          String state) {
    return tools.asOperator(
        access,
        operator -> {
          Map<String, String> query = state.isEmpty() ? Map.of() : Map.of("state", state);
          show(access, operator.connection().get("/approvals", query).path("items"));
        });
  }

  private void show(Access access, JsonNode approvals) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(approvals));
      return;
    }
    Table table = new Table("APPROVAL", "ASKED (UTC)", "STATE", "BY", "WHAT", "UP", "DOWN");
    approvals.forEach(one ->
        table.row(
            Answers.text(one, "approval"),
            Answers.time(one, "asked"),
            Answers.text(one, "state"),
            Answers.text(one, "requester"),
            Answers.text(one, "verb"),
            Answers.number(one, "raised"),
            Answers.number(one, "lowered")));
    tools.printOr(table, "Nothing waits for others to agree.");
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Show one: what is asked, what it would do, who must agree, who did.")
  int show(@Mixin Access access, @Parameters(paramLabel = "APPROVAL", description = ID) String id) {
    return tools.asOperator(
        access, operator -> print(access, operator.connection().get(path(id), Map.of())));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Take back what you asked; nobody can agree to it any more.")
  int withdraw(
      @Mixin Access access, @Parameters(paramLabel = "APPROVAL", description = ID) String id) {
    return tools.asOperator(
        access,
        operator -> print(access, operator.connection().post(path(id) + "/withdraw", Map.of())));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Carry out what you asked and others agreed to, once.",
        "It is void if it would not do any more what was approved."
      })
  int execute(
      @Mixin Access access, @Parameters(paramLabel = "APPROVAL", description = ID) String id) {
    return tools.asOperator(
        access,
        operator ->
            tools
                .terminal()
                .line(Answers.pretty(operator.connection().post(path(id) + "/execute", Map.of()))));
  }

  private static String path(String id) {
    return "/approvals/" + encoded(id);
  }

  private void print(Access access, JsonNode one) {
    Terminal terminal = tools.terminal();
    if (access.json()) {
      terminal.line(Answers.pretty(one));
      return;
    }
    ApprovalLines.of(one).forEach(terminal::line);
  }
}

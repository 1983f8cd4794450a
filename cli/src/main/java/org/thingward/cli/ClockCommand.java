package org.thingward.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The server's clock: while it is in doubt, nothing rises and nothing is issued. */
@Command(
    name = "clock",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Whether the server's clock can be trusted.")
final class ClockCommand {
  private final Tools tools;

  ClockCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(mixinStandardHelpOptions = true, description = "Show whether the wall clock jumped.")
  int show(@Mixin Access access) {
    return tools.asOperator(
        access, operator -> print(access, operator.connection().get("/clock", Map.of())));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Say that the wall clock is right after it jumped: trust rises again.")
  int accept(
      @Mixin Access access,
      @Option(names = "--reason", required = true, description = "Why; goes on record.")
          String reason) {
    return tools.asOperator(
        access,
        operator ->
            print(access, operator.connection().post("/clock/accept", Map.of("reason", reason))));
  }

  private void print(Access access, JsonNode clock) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(clock));
    } else if (clock.path("jumped").asBoolean(false)) {
      tools
          .terminal()
          .line(
              "the wall clock jumped by %s s at %s UTC: nothing rises and nothing is issued"
                  .formatted(
                      Answers.number(clock, "offset-seconds"), Answers.time(clock, "since")));
      tools
          .terminal()
          .line(
              "what to do: set it right; or, if it is right now: thingward clock accept --reason …");
    } else {
      tools.terminal().line("the clock is right: " + Answers.time(clock, "now") + " UTC");
    }
  }
}

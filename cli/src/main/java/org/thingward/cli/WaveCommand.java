package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Falls of many devices at once, which the brake holds back until a person decides. */
@Command(
    name = "wave",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Falls of many devices at once that the brake holds back: let go or call off.")
final class WaveCommand {
  private static final String ID = "Its name, as `thingward wave list` shows it.";

  private final Tools tools;

  WaveCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(mixinStandardHelpOptions = true, description = "List waves, the newest first.")
  int list(
      @Mixin Access access,
      @Option(names = "--limit", defaultValue = "50", description = "At most so many.") int limit) {
    return tools.asOperator(
        access, operator -> show(access, operator.list("/waves", Map.of(), limit)));
  }

  private void show(Access access, List<JsonNode> waves) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(waves));
      return;
    }
    Table table = new Table("WAVE", "BEGAN (UTC)", "STATE", "LOWERED", "HELD", "CAUSE");
    waves.forEach(wave ->
        table.row(
            Answers.text(wave, "wave"),
            Answers.time(wave, "began"),
            Answers.text(wave, "state"),
            Answers.number(wave, "lowered") + " of " + Answers.number(wave, "of"),
            Answers.number(wave, "held"),
            Answers.text(wave, "cause")));
    tools.printOr(table, "Nothing was held back yet.");
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Show one wave: why, how many, until when, and what to do.")
  int show(@Mixin Access access, @Parameters(paramLabel = "WAVE", description = ID) String wave) {
    return tools.asOperator(
        access, operator -> print(access, operator.connection().get(path(wave), Map.of())));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Let a wave go: what is held ends now, live connections are cut.")
  int release(
      @Mixin Access access,
      @Parameters(paramLabel = "WAVE", description = ID) String wave,
      @Option(names = "--reason", required = true, description = "Why; goes on record.")
          String reason) {
    return decide(access, wave, "release", reason);
  }

  @Command(
      name = "call-off",
      mixinStandardHelpOptions = true,
      description = {
        "Say that a wave's cause is false: what is held stays so once more as long.",
        "Put the cause right meanwhile: a newer statement, or the former policy."
      })
  int callOff(
      @Mixin Access access,
      @Parameters(paramLabel = "WAVE", description = ID) String wave,
      @Option(names = "--reason", required = true, description = "Why; goes on record.")
          String reason) {
    return decide(access, wave, "call-off", reason);
  }

  private int decide(Access access, String wave, String decision, String reason) {
    return tools.asOperator(
        access,
        operator ->
            print(
                access,
                operator.connection().post(path(wave) + "/" + decision, Map.of("reason", reason))));
  }

  private static String path(String wave) {
    return "/waves/" + encoded(wave);
  }

  private void print(Access access, JsonNode wave) {
    Terminal terminal = tools.terminal();
    if (access.json()) {
      terminal.line(Answers.pretty(wave));
      return;
    }
    terminal.line(
        "%s lowered %s of %s devices at %s UTC"
            .formatted(
                Answers.text(wave, "cause"),
                Answers.number(wave, "lowered"),
                Answers.number(wave, "of"),
                Answers.time(wave, "began")));
    terminal.line("for example: " + Answers.text(wave, "example"));
    terminal.line(standing(wave));
    if (Answers.text(wave, "state").equals("holding")) {
      String id = Answers.text(wave, "wave");
      terminal.line("what to do: if it is right: thingward wave release " + id + " --reason …");
      terminal.line("            if it is false: thingward wave call-off " + id + " --reason …,");
      terminal.line("            and put the cause right: a newer statement, the former policy");
    }
  }

  private static String standing(JsonNode wave) {
    String state = Answers.text(wave, "state");
    if (state.equals("holding") || state.equals("called-off")) {
      return "%s: live connections of %s devices stay as they were until %s UTC%s"
          .formatted(
              state, Answers.number(wave, "held"), Answers.time(wave, "until"), reason(wave));
    }
    return "%s at %s UTC%s".formatted(state, Answers.time(wave, "at"), reason(wave));
  }

  private static String reason(JsonNode wave) {
    String reason = Answers.text(wave, "reason");
    return reason.isEmpty() ? "" : ", by %s: %s".formatted(Answers.text(wave, "by"), reason);
  }
}

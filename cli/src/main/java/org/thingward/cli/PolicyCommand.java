package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The appraisal policy. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The rules by which devices are judged.")
final class PolicyCommand {
  private final Tools tools;

  PolicyCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Print the policy in force, as its author wrote it.")
  int show(@Mixin Access access) {
    return tools.asOperator(
        access,
        operator -> {
          String text = new String(operator.policy(), StandardCharsets.UTF_8);
          tools.terminal().out().print(text);
          tools.terminal().out().flush();
        });
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Put a policy in force: every device is judged anew at once.")
  int apply(
      @Mixin Access access,
      @Parameters(paramLabel = "FILE", description = "The policy; - for standard input.")
          Path file) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.applyPolicy(InputFile.read(file));
          tools
              .terminal()
              .line(
                  access.json()
                      ? Answers.pretty(answer)
                      : "in force: "
                          + Answers.text(answer, "policy")
                          + " "
                          + Answers.index(answer));
        });
  }
}

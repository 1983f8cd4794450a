package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.thingward.trust.Policy;
import org.thingward.verify.diff.PolicyDiff;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.policy.PolicyRefused;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The appraisal policy. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The rules by which devices are judged.")
final class PolicyCommand {
  private static final int USUALLY_SHOWN = 10;

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
      description =
          "Check a policy file, without a server: every mistake with its line and column.")
  int check(
      @Parameters(paramLabel = "FILE", description = "The policy; - for standard input.") Path file,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    byte[] bytes = InputFile.read(file);
    try {
      Policy policy = PolicyReader.read(bytes);
      tools.terminal().line(json ? CheckedPolicy.json(policy) : CheckedPolicy.line(file, policy));
      return ExitCode.OK;
    } catch (PolicyRefused refused) {
      if (json) {
        tools.terminal().line(CheckedPolicy.json(refused.errors()));
      } else {
        refused.errors().forEach(error -> tools.terminal().line(file + ":" + error));
      }
      return ExitCode.FAILED;
    }
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Compare two policy files, without a server: where they decide differently, with a case",
        "for each place. Exit code 0: nothing differs, proved; 1: it does; 2: failed."
      })
  int diff(
      @Parameters(paramLabel = "OLD", description = "The policy as it was.") Path old,
      @Parameters(paramLabel = "NEW", description = "The policy as it is to be.") Path renewed,
      @Option(names = "--all", description = "Show every region, not the largest ten.") boolean all,
      @Option(names = "--json", description = "Print JSON.") boolean json) {
    try {
      PolicyDiff diff =
          PolicyDiff.between(PolicyFile.read(old).policy(), PolicyFile.read(renewed).policy());
      if (json) {
        tools.terminal().line(Answers.pretty(DiffTree.of(diff)));
      } else {
        DiffLines.of(diff, all ? Integer.MAX_VALUE : USUALLY_SHOWN, tools.terminal())
            .forEach(tools.terminal()::line);
      }
      return diff.isSame() ? ExitCode.OK : ExitCode.DIFFERENT;
    } catch (Failed failed) {
      tools.terminal().err().println(failed.getMessage());
      return ExitCode.TROUBLE;
    }
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
                      : "in force: " + Answers.text(answer, "policy"));
        });
  }
}

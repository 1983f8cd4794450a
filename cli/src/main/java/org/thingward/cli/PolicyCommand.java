package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.thingward.trust.Policy;
import org.thingward.verify.diff.DiffTree;
import org.thingward.verify.diff.PolicyDiff;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.policy.PolicyRefused;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
      description = {
        "Have the server decide the past again by a policy, and show what would have differed.",
        "Nothing changes by it. Exit code 0: nothing differs; 1: something does."
      })
  int replay(
      @Mixin Access access,
      @Parameters(paramLabel = "FILE", description = "The policy; - for standard input.") Path file,
      @Option(
              names = "--last",
              paramLabel = "DURATION",
              defaultValue = "24h",
              description = "How far back, e.g. 7d. Default: ${DEFAULT-VALUE}")
          String last,
      @Option(
              names = "--until",
              paramLabel = "TIME",
              defaultValue = "",
              description = "Up to this moment, e.g. 2026-01-31T12:00:00Z. Default: now")
          String until,
      @Option(names = "--all", description = "Show every group, not the largest ten.")
          boolean all) {
    byte[] policy = PolicyFile.read(file).bytes();
    Map<String, String> query = past(last, until);
    AtomicBoolean same = new AtomicBoolean();
    int done =
        tools.asOperator(
            access,
            operator -> {
              ReplayedPolicy replayed =
                  ReplayedPolicy.ask(operator, policy, query, tools.terminal());
              same.set(replayed.isSame());
              if (access.json()) {
                tools.terminal().line(Answers.pretty(replayed.json()));
              } else {
                replayed.lines(all).forEach(tools.terminal()::line);
              }
            });
    return done == ExitCode.OK && !same.get() ? ExitCode.DIFFERENT : done;
  }

  private Map<String, String> past(String last, String until) {
    Duration length = Names.duration(last);
    try {
      Instant end = until.isEmpty() ? tools.clock().instant() : Instant.parse(until);
      return Map.of("from", end.minus(length).toString(), "until", end.toString());
    } catch (DateTimeParseException e) {
      throw new Failed("'" + until + "' is no moment; write e.g. 2026-01-31T12:00:00Z", e);
    }
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Put a policy in force. First it shows where it decides differently from the one in force,",
        "and which decisions of the last 24 hours would have differed; then it asks.",
        "Everyone is appraised by it at once; live grants follow within ten seconds, but for falls",
        "that the policy's brake holds back."
      })
  int apply(
      @Mixin Access access,
      @Parameters(paramLabel = "FILE", description = "The policy; - for standard input.") Path file,
      @Option(
              names = "--reason",
              paramLabel = "TEXT",
              required = true,
              description = "Why, in your words; it goes on record.")
          String reason,
      @Option(names = "--yes", description = "Do not ask. Needed where there is no terminal.")
          boolean yes,
      @Option(
              names = "--last",
              paramLabel = "DURATION",
              defaultValue = "24h",
              description = "How much of the past to replay. Default: ${DEFAULT-VALUE}")
          String last) {
    PolicyFile renewed = PolicyFile.read(file);
    Map<String, String> past = past(last, "");
    return tools.asOperator(
        access,
        operator ->
            new PolicyApplication(tools.terminal(), operator, access.json(), yes)
                .apply(renewed, reason, past));
  }
}

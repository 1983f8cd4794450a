package org.thingward.cli;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.operator.OperatorProblem;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import tools.jackson.databind.json.JsonMapper;

/** The command line's beginning: the list of commands, and what becomes of their failures. */
@Command(
    name = "thingward",
    mixinStandardHelpOptions = true,
    version = "thingward " + Thingward.VERSION,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Decides which devices may be trusted now, enforces it, and proves it afterwards.",
    footer = {
      "",
      "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no server, 4 not verified,",
      "5 waits for other operators to agree.",
      "First steps: thingward demo"
    })
public final class Thingward {
  static final String VERSION = "0.1.0";

  private Thingward() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    Tools tools = new Tools(Terminal.ofProcess(), InstantSource.system(), new SecureRandom());
    System.exit(commandLine(tools).execute(arguments));
  }

  static CommandLine commandLine(Tools tools) {
    CommandLine line =
        new CommandLine(new Thingward())
            .addSubcommand(new LauncherCommands.Up())
            .addSubcommand(new DemoCommand(tools))
            .addSubcommand(new LauncherCommands.Test())
            .addSubcommand(new LoginCommand(tools))
            .addSubcommand(new LogoutCommand(tools))
            .addSubcommand(new ApiTokenCommand(tools))
            .addSubcommand(new DeviceCommand(tools))
            .addSubcommand(new ProductCommand(tools))
            .addSubcommand(new ReleaseCommand(tools))
            .addSubcommand(new TpmCommand(tools))
            .addSubcommand(
                new CommandLine(new TokenCommand(tools))
                    .addSubcommand(new TokenDeriveCommand(tools)))
            .addSubcommand(new EvidenceCommand(tools))
            .addSubcommand(new PolicyCommand(tools))
            .addSubcommand(new ReferenceCommand(tools))
            .addSubcommand(new DecisionCommand(tools))
            .addSubcommand(new ProofCommand(tools))
            .addSubcommand(new ExportCommand(tools))
            .addSubcommand(
                new CommandLine(new VerifyCommand(tools))
                    .addSubcommand(new VerifyEarCommand(tools)))
            .addSubcommand(new LauncherCommands.Log())
            .addSubcommand(new LauncherCommands.Ca())
            .addSubcommand(new LauncherCommands.Operators())
            .addSubcommand(new WitnessCommand(tools))
            .addSubcommand(new ApprovalCommand(tools))
            .addSubcommand(new WaveCommand(tools))
            .addSubcommand(new BackupCommand(tools))
            .addSubcommand(new RestoreCommand(tools))
            .addSubcommand(new ClockCommand(tools))
            .addSubcommand(new CredentialCommand(tools))
            .addSubcommand(new CryptoCommand(tools))
            .addSubcommand(new DrillCommand(tools));
    line.addSubcommand(
        new CompletionCommand(tools.terminal(), () -> AutoComplete.bash("thingward", line)));
    line.setExecutionExceptionHandler((failure, command, parsed) -> {
      boolean json = parsed.expandedArgs().contains("--json");
      return report(failure, tools.terminal(), json);
    });
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(Math.clamp(tools.terminal().width(), 60, 120));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            tools.terminal().colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    return line;
  }

  private static int report(Exception failure, Terminal terminal, boolean json) throws Exception {
    int code = exitCode(failure);
    String message = String.valueOf(failure.getMessage());
    if (json) {
      terminal
          .err()
          .println(
              JsonMapper.shared()
                  .writeValueAsString(java.util.Map.of("error", message, "exit-code", code)));
      return code;
    }
    terminal.err().println(Terminal.printable(message));
    if (failure instanceof OperatorProblem problem) {
      Problems.details(problem).stream().map(Terminal::printable).forEach(terminal.err()::println);
      Problems.remedy(problem).ifPresent(terminal.err()::println);
    }
    return code;
  }

  private static int exitCode(Exception failure) throws Exception {
    return switch (failure) {
      case NotVerified wrong -> ExitCode.NOT_VERIFIED;
      case ServerUnreachable nobody -> ExitCode.UNREACHABLE;
      case OperatorProblem awaits when awaits.isAwaitingApproval() -> ExitCode.AWAITS_APPROVAL;
      case OperatorProblem refused -> ExitCode.FAILED;
      case ServerRefused refused -> ExitCode.FAILED;
      case Failed failed -> ExitCode.FAILED;
      // Anything else is a defect of ours: it keeps its stack trace.
      default -> throw failure;
    };
  }
}

package org.thingward.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.thingward.device.ServerUnreachable;
import org.thingward.drill.Drill;
import org.thingward.drill.DrillResult;
import org.thingward.drill.DrillRun;
import org.thingward.drill.Drills;
import org.thingward.drill.JUnitXml;
import org.thingward.drill.Sarif;
import org.thingward.drill.Target;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.operator.ServerFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The red team. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[history]",
    description = {
      "Attack a running server over the wire; every attack must be stopped.",
      "",
      "Its victims are devices of its own, named drill-…; no device of yours is touched. It opens at"
          + " most 50 connections at a time. Ends with code 1 if an attack succeeds or cannot be"
          + " tried.",
      "",
      "What came of each goes to the server, whose console shows it and keeps the history."
    })
final class DrillCommand implements Callable<Integer> {
  private final Tools tools;

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "DRILL", arity = "0..*", description = "Only these. Default: all.")
  private String[] names = new String[0];

  @Option(names = "--list", description = "Say which there are and what each attempts.")
  private boolean list;

  @Option(
      names = "--sarif",
      defaultValue = "drill.sarif",
      description = "Default: ${DEFAULT-VALUE}")
  private Path sarif = Path.of("drill.sarif");

  @Option(
      names = "--junit",
      defaultValue = "drill.junit.xml",
      description = "Default: ${DEFAULT-VALUE}")
  private Path junit = Path.of("drill.junit.xml");

  @Option(
      names = "--time-limit",
      defaultValue = "10m",
      paramLabel = "TIME",
      description = "Begin no further drill after 90s, 10m or 1h. Default: ${DEFAULT-VALUE}")
  private String timeLimit = "10m";

  @Option(
      names = "--report",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Tell the server what came of each. Default: yes; see --no-report.")
  private boolean report = true;

  @Option(
      names = "--runner",
      description = "Wait for runs that are asked for in the console, and carry them out.")
  private boolean runner;

  @Option(names = "--once", description = "With --runner: end after one run.")
  private boolean once;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "",
      description = "What the console calls it. Default: runner@HOST, or cli@HOST")
  private String name = "";

  DrillCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    if (list) {
      Table table = new Table("DRILL", "ATTEMPT");
      Drills.ALL.forEach(drill -> table.row(drill.id(), drill.attempt()));
      table.print(tools.terminal());
      return ExitCode.OK;
    }
    if (runner) {
      return serve();
    }
    List<DrillResult> results = run(chosen());
    ProofCommand.write(sarif, text(Sarif.of(results, Thingward.VERSION)));
    ProofCommand.write(junit, text(JUnitXml.of(results)));
    tools.terminal().line(access.json() ? Sarif.of(results, Thingward.VERSION) : summary(results));
    return DrillRun.allStopped(results) ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Drill> chosen() {
    List<String> wanted = Arrays.asList(names);
    wanted.stream()
        .filter(name -> Drills.ALL.stream().noneMatch(drill -> drill.id().equals(name)))
        .findFirst()
        .ifPresent(name -> {
          throw new Failed("there is no drill '" + name + "': see thingward drill --list");
        });
    return Drills.ALL.stream()
        .filter(drill -> wanted.isEmpty() || wanted.contains(drill.id()))
        .toList();
  }

  private List<DrillResult> run(List<Drill> drills) {
    ServerFolder folder = new ServerFolder(access.data());
    List<List<DrillResult>> results = new ArrayList<>();
    int unused =
        tools.asOperator(
            access,
            operator -> {
              try (Target target = new Target(folder, operator, tools.clock(), tools.random())) {
                tools.terminal().progress("  attacking…");
                Consumer<DrillResult> reported = reporting(operator, drills);
                results.add(
                    new DrillRun(target, Names.duration(timeLimit))
                        .run(drills, reported.andThen(this::show)));
              }
            });
    return results.getFirst();
  }

  /** Waits for runs that are asked for. */
  private int serve() {
    return tools.asOperator(
        access,
        operator -> {
          ServerFolder folder = new ServerFolder(access.data());
          try (Target target = new Target(folder, operator, tools.clock(), tools.random())) {
            new DrillRunner(
                    operator.connection(),
                    target,
                    Names.duration(timeLimit),
                    name("runner@"),
                    once,
                    tools.terminal())
                .run();
          }
        });
  }

  private String name(String kind) {
    return name.isEmpty() ? kind + Hosts.own() : name;
  }

  /** Tells the server; where it does not take that, says so once, and the drills go on. */
  private Consumer<DrillResult> reporting(Operator operator, List<Drill> drills) {
    List<DrillReporting> open = new ArrayList<>();
    if (report) {
      unlessRefused(
          open,
          () ->
              open.add(
                  DrillReporting.begin(
                      operator.connection(), name("cli@"), drills, Optional.empty())));
    }
    return result -> unlessRefused(open, () -> open.forEach(reporting -> reporting.report(result)));
  }

  private void unlessRefused(List<DrillReporting> open, Runnable report) {
    try {
      report.run();
    } catch (OperatorProblem | ServerUnreachable e) {
      open.clear();
      tools.terminal().progressEnded();
      tools.terminal().err().println("  not reported to the server: " + e.getMessage());
    }
  }

  /** What came of drills before. */
  @Command(
      mixinStandardHelpOptions = true,
      description = "Show the newest runs, or what came of one drill in each.")
  int history(
      @Mixin Access which,
      @Parameters(paramLabel = "DRILL", arity = "0..1", defaultValue = "", description = "Of this.")
          String drill) {
    return tools.asOperator(
        which,
        operator -> {
          JsonNode board = operator.connection().get("/drills", Map.of());
          if (which.json()) {
            tools.terminal().line(Answers.pretty(board));
          } else {
            tools.printOr(
                drill.isEmpty() ? DrillHistory.runs(board) : DrillHistory.of(board, drill),
                "No drill was reported yet. Run them: thingward drill");
          }
        });
  }

  private void show(DrillResult result) {
    tools.terminal().progressEnded();
    if (!access.json()) {
      DrillLines.of(result, tools.terminal()).forEach(tools.terminal()::line);
      tools.terminal().progress("  attacking…");
    }
  }

  private String summary(List<DrillResult> results) {
    tools.terminal().progressEnded();
    long stopped =
        results.stream().filter(result -> result.outcome() == DrillResult.Outcome.STOPPED).count();
    long byTwo =
        results.stream()
            .filter(result -> result.outcome() == DrillResult.Outcome.STOPPED)
            .filter(result -> result.layers() > 1)
            .count();
    double seconds = results.stream().mapToLong(result -> result.took().toMillis()).sum() / 1000.0;
    return String.format(
        Locale.ROOT,
        "%n  %d attacks, %d stopped, %d by two layers    %.1f s    %s, %s",
        results.size(),
        stopped,
        byTwo,
        seconds,
        sarif,
        junit);
  }

  private static byte[] text(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}

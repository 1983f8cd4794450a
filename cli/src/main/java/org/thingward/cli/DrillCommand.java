package org.thingward.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.thingward.drill.Drill;
import org.thingward.drill.DrillResult;
import org.thingward.drill.DrillRun;
import org.thingward.drill.Drills;
import org.thingward.drill.JUnitXml;
import org.thingward.drill.Sarif;
import org.thingward.drill.Target;
import org.thingward.operator.ServerFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The red team. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    description = {
      "Attack a running server over the wire; every attack must be stopped.",
      "",
      "Its victims are devices of its own, named drill-…; no device of yours is touched. It opens at"
          + " most 50 connections at a time. Ends with code 1 if an attack succeeds or cannot be"
          + " tried."
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
    List<List<DrillResult>> results = new java.util.ArrayList<>();
    int unused =
        tools.asOperator(
            access,
            operator -> {
              try (Target target = new Target(folder, operator, tools.clock(), tools.random())) {
                tools.terminal().progress("  attacking…");
                results.add(
                    new DrillRun(target, Names.duration(timeLimit)).run(drills, this::report));
              }
            });
    return results.getFirst();
  }

  private void report(DrillResult result) {
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

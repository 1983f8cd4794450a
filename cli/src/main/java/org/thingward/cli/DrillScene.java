package org.thingward.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.thingward.drill.DrillResult;
import org.thingward.drill.DrillRun;
import org.thingward.drill.Drills;
import org.thingward.drill.Target;

/** The red team has a go. */
final class DrillScene implements Scene {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Override
  public String title() {
    return "drills";
  }

  @Override
  public Told play(Stage stage) {
    try (Target target =
        new Target(stage.folder(), stage.operator(), stage.clock(), stage.random())) {
      DrillReporting reporting =
          DrillReporting.begin(
              stage.operator().connection(), "demo", Drills.BRIEF, Optional.empty());
      List<DrillResult> results =
          new DrillRun(target, LIMIT)
              .run(
                  Drills.BRIEF,
                  done -> {
                    stage.terminal().progress("     drills           " + done.drill().id());
                    reporting.report(done);
                  });
      SceneFailed.unless(
          DrillRun.allStopped(results),
          results.stream()
              .filter(each -> each.outcome() != DrillResult.Outcome.STOPPED)
              .map(each -> each.drill().id() + " " + each.outcome().word() + ": " + each.details())
              .collect(Collectors.joining("; ")));
      return Told.of(
          "%d attacks, %d stopped: %s"
              .formatted(
                  results.size(),
                  results.size(),
                  results.stream()
                      .map(each -> each.drill().id())
                      .collect(Collectors.joining(", "))));
    }
  }
}

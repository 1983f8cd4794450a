package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.thingward.device.ServerUnreachable;
import org.thingward.drill.Drill;
import org.thingward.drill.DrillResult;
import org.thingward.drill.DrillRun;
import org.thingward.drill.Drills;
import org.thingward.drill.Target;
import org.thingward.operator.OperatorConnection;
import tools.jackson.databind.JsonNode;

/**
 * Waits for runs that operators ask for, and carries them out one after the other. It connects to
 * the server; nothing connects to it.
 *
 * @param once whether it ends after the first
 */
record DrillRunner(
    OperatorConnection connection,
    Target target,
    Duration limit,
    String name,
    boolean once,
    Terminal terminal) {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Runs until its rights end; a server that is away is waited for. */
  void run() {
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = listen();
      } catch (ServerUnreachable away) {
        terminal.err().println("the server is away: " + away.getMessage());
      }
      if (goesOn) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private boolean listen() {
    String id =
        connection
            .post("/drills/runners", DrillReporting.offer(name, Drills.ALL))
            .path("runner")
            .asString("");
    terminal.line("waiting for runs as %s, with %d drills".formatted(name, Drills.ALL.size()));
    boolean[] done = {false};
    connection.follow(
        "/drills/runners/" + encoded(id) + "/work",
        Map.of(),
        wanted -> {
          carryOut(wanted);
          done[0] = once;
          return !once;
        });
    return !done[0];
  }

  private void carryOut(JsonNode wanted) {
    List<String> names =
        wanted.path("drills").valueStream().map(each -> each.asString("")).toList();
    List<Drill> drills = Drills.ALL.stream().filter(drill -> names.contains(drill.id())).toList();
    DrillReporting reporting =
        DrillReporting.begin(
            connection, name, drills, Optional.of(wanted.path("run").asString("")));
    List<DrillResult> results =
        new DrillRun(target, limit)
            .run(
                drills,
                result -> {
                  DrillLines.of(result, terminal).forEach(terminal::line);
                  reporting.report(result);
                });
    terminal.line(
        "%d drills, %d stopped"
            .formatted(
                results.size(),
                results.stream()
                    .filter(result -> result.outcome() == DrillResult.Outcome.STOPPED)
                    .count()));
  }
}

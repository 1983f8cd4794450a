package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.drill.Drill;
import org.thingward.drill.Drills;

/** Every attack there is, against the real server. */
class DrillsTest {
  @TempDir static Path folder;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(folder.resolve("data"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void every_attack_is_stopped_by_the_layer_that_is_first() {
    DrillReports reports =
        DrillReports.of(server, Drills.ALL.stream().map(Drill::id).toList(), folder);
    assertThat(reports.reports())
        .allSatisfy((drill, report) ->
            assertThat(report.stopped()).as(drill + ": " + report.text()).isTrue());
    for (Weakness weakness : Weaknesses.ALL) {
      String report = reports.of(weakness.drill()).text();
      assertThat(weakness.first().in(report)).as(weakness + ": " + report).isTrue();
    }
  }

  @Test
  void drills_that_are_begun_too_late_are_not_run_and_count_as_bad() {
    CommandLineRun run =
        server.cli(
            "drill",
            "no-certificate",
            "--time-limit",
            "0s",
            "--sarif",
            folder.resolve("drill.sarif").toString(),
            "--junit",
            folder.resolve("drill.xml").toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("not run", "the time limit was reached");
  }
}

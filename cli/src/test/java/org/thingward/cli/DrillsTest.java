package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.drill.Drills;

/** Every attack there is, against the real server. */
class DrillsTest {
  @TempDir Path folder;

  @Test
  void every_attack_is_stopped() {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      CommandLineRun run =
          server.cli(
              "drill",
              "--sarif",
              folder.resolve("drill.sarif").toString(),
              "--junit",
              folder.resolve("drill.xml").toString());
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      int all = Drills.ALL.size();
      assertThat(run.out()).contains(all + " attacks, " + all + " stopped");
    }
  }

  @Test
  void drills_that_are_begun_too_late_are_not_run_and_count_as_bad() {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
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
}

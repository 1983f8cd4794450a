package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.ServerFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drills are asked for, run and reported over the network, by the real server and runner. */
class DrillRunnerTest {
  @TempDir static Path folder;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(folder.resolve("data"));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static JsonNode board() {
    return JsonMapper.shared().readTree(server.cli("drill", "history", "--json").out());
  }

  private static List<String> onServer(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--sarif", folder.resolve("d.sarif").toString()));
    all.addAll(List.of("--junit", folder.resolve("d.xml").toString()));
    all.addAll(List.of("--data", server.data().toString()));
    return all;
  }

  @Test
  void a_runner_waits_for_what_is_asked_for_carries_it_out_and_reports_each_step() {
    CommandLineRun.Running runner =
        CommandLineRun.begin(
            Map.of(),
            onServer("drill", "--runner", "--once", "--name", "night").toArray(String[]::new));
    assertThat(Patience.untilTrue(Duration.ofSeconds(30), () -> !board().path("runners").isEmpty()))
        .as("a runner is connected")
        .isTrue();
    ServerFolder at = new ServerFolder(server.data());
    String asked;
    try (OperatorConnection operator =
        new OperatorConnection(at.operators(), at.operator(), new SecureRandom())) {
      asked =
          operator
              .post("/drills/requests", Map.of("drills", List.of("key-used-twice")))
              .path("run")
              .asString("");
      CommandLineRun ended = runner.await();
      assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
      assertThat(ended.out()).contains("waiting for runs as night", "1 drills, 1 stopped");
      JsonNode run = operator.get("/drills/runs/" + asked, Map.of());
      assertThat(run.path("state").asString("")).isEqualTo("done");
      assertThat(run.path("asked-by").asString("")).isEqualTo("bootstrap");
      JsonNode result = run.at("/results/0");
      assertThat(result.path("outcome").asString("")).isEqualTo("stopped");
      assertThat(result.at("/stops/0/layer").asString("")).isEqualTo("gateway");
      assertThat(result.path("steps").size()).isGreaterThan(4);
      assertThat(result.path("entry").isIntegralNumber()).isTrue();
      assertThat(
              Patience.untilTrue(Duration.ofSeconds(30), () -> board().path("runners").isEmpty()))
          .as("it is gone with its connection")
          .isTrue();
    }
    CommandLineRun history = server.cli("drill", "history");
    assertThat(history.out()).contains("done", "1 of 1", "night");
    assertThat(server.cli("drill", "history", "key-used-twice").out())
        .contains("stopped", "gateway", asked);
    assertThat(server.cli("drill", "history", "no-such").exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void a_drill_is_reported_unless_told_not_to_be() {
    int before = board().path("runs").size();
    String[] quiet = onServer("drill", "no-certificate", "--no-report").toArray(String[]::new);
    assertThat(CommandLineRun.of(quiet).exitCode()).isZero();
    assertThat(board().path("runs")).hasSize(before);
    String[] told = onServer("drill", "no-certificate").toArray(String[]::new);
    CommandLineRun run = CommandLineRun.of(told);
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).doesNotContain("not reported");
    assertThat(board().at("/runs/0/stopped").asInt(0)).isEqualTo(1);
    assertThat(board().at("/runs/0/runner").asString("")).startsWith("cli@");
  }
}

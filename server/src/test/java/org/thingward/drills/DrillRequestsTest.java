package org.thingward.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.drills.DrillHouse.OPERATOR;
import static org.thingward.drills.DrillHouse.RUNNER;
import static org.thingward.drills.DrillHouse.problem;
import static org.thingward.drills.DrillHouse.stopped;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.thingward.platform.OperatorResponse;
import org.thingward.trust.Caller;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs are asked for by operators, and carried out by a runner that listens. */
@Timeout(60)
class DrillRequestsTest {
  private final DrillHouse house = new DrillHouse();

  /** A runner that listens, until it is closed. */
  private final class Listening implements AutoCloseable {
    private final Caller caller;
    private final PipedOutputStream out = new PipedOutputStream();
    private final BufferedReader in;
    private final Thread thread;

    Listening(Caller caller, String... drills) throws IOException {
      this.caller = caller;
      String id =
          house
              .ask(caller, "POST", "/drills/runners", DrillHouse.offer(drills))
              .path("runner")
              .asString();
      this.in =
          new BufferedReader(
              new InputStreamReader(new PipedInputStream(out), StandardCharsets.UTF_8));
      OperatorResponse work = house.answer(caller, "GET", "/drills/runners/" + id + "/work", "");
      this.thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  work.body().writeTo(out);
                } catch (IOException ended) {
                  // As it must, once nobody reads.
                }
              });
      assertThat(in.readLine()).isEqualTo(": listening");
    }

    JsonNode next() throws IOException {
      String line = in.readLine();
      while (!line.startsWith("data: ")) {
        line = in.readLine();
      }
      return JsonMapper.shared().readTree(line.substring(6));
    }

    /** Begins what was asked for, and tells its name. */
    String take() throws IOException {
      JsonNode next = next();
      String[] drills =
          next.path("drills").valueStream().map(JsonNode::asString).toArray(String[]::new);
      Map<String, Object> begin = DrillHouse.offer(drills);
      begin.put("run", next.path("run").asString());
      return house.ask(caller, "POST", "/drills/runs", begin).path("run").asString();
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }

  private String ask(String... drills) {
    return house
        .ask(OPERATOR, "POST", "/drills/requests", Map.of("drills", List.of(drills)))
        .path("run")
        .asString();
  }

  @Test
  void without_a_runner_nothing_is_asked_for_and_it_is_said_how_to_start_one() {
    assertThat(problem(() -> ask("no-certificate")))
        .hasMessageContaining("thingward drill --runner");
    assertThat(house.board().path("runners")).isEmpty();
  }

  @Test
  void a_runner_is_told_what_is_asked_for_and_carries_it_out_under_the_same_name()
      throws Exception {
    try (Listening runner = new Listening(RUNNER, "no-certificate", "stolen-token")) {
      assertThat(house.board().at("/runners/0/name").asString()).isEqualTo("nightly@pump-house");
      assertThat(house.board().path("drills")).as("before any was run").hasSize(2);
      String run = ask("stolen-token");
      assertThat(house.run(run).path("state").asString()).isEqualTo("requested");
      assertThat(runner.take()).isEqualTo(run);
      house.report(RUNNER, run, stopped("stolen-token"));
      assertThat(house.run(run).path("state").asString()).isEqualTo("done");
      assertThat(house.run(run).path("asked-by").asString()).isEqualTo("bob");
      String all = ask();
      assertThat(runner.take()).isEqualTo(all);
      assertThat(house.run(all).path("total").asInt()).isEqualTo(2);
    }
    assertThat(house.board().path("runners")).as("gone with its connection").isEmpty();
  }

  @Test
  void what_one_runner_is_told_of_no_other_is_until_the_first_is_gone() throws Exception {
    String run;
    try (Listening first = new Listening(RUNNER, "no-certificate")) {
      run = ask("no-certificate");
      assertThat(first.next().path("run").asString()).isEqualTo(run);
      String unused;
      try (Listening second = new Listening(RUNNER, "no-certificate", "stolen-token")) {
        unused = ask("stolen-token");
        assertThat(second.next().path("run").asString())
            .as("the one that it has")
            .isEqualTo(unused);
        first.close();
        assertThat(second.next().path("run").asString()).isEqualTo(run);
      }
    }
  }

  @Test
  void a_runner_does_what_was_asked_and_nothing_in_its_place() throws Exception {
    try (Listening runner = new Listening(RUNNER, "no-certificate", "stolen-token")) {
      String run = ask("no-certificate");
      Map<String, Object> other = DrillHouse.offer("stolen-token");
      other.put("run", run);
      assertThat(problem(() -> house.ask(RUNNER, "POST", "/drills/runs", other)).type())
          .endsWith("not-as-asked");
      assertThat(runner.take()).isEqualTo(run);
      Map<String, Object> again = DrillHouse.offer("no-certificate");
      again.put("run", run);
      assertThat(problem(() -> house.ask(RUNNER, "POST", "/drills/runs", again)).status())
          .isEqualTo(404);
    }
  }

  @Test
  void what_waits_can_be_withdrawn_lapses_and_is_bounded() throws Exception {
    try (Listening runner = new Listening(RUNNER, "no-certificate")) {
      String withdrawn = ask("no-certificate");
      house.ask(OPERATOR, "DELETE", "/drills/requests/" + withdrawn, "");
      assertThat(problem(() -> house.run(withdrawn)).status()).isEqualTo(404);
      for (int i = 0; i < Runners.MOST_WAITING; i++) {
        String unused = ask();
      }
      assertThat(problem(() -> ask()).status()).isEqualTo(429);
      house.pass(Wish.LIFE.plus(Duration.ofSeconds(1)));
      assertThat(house.board().path("runs")).isEmpty();
      assertThat(problem(() -> ask("old-backup")).type()).endsWith("unknown-drill");
      assertThat(problem(() -> ask("no-certificate", "no-certificate")).type()).endsWith("twice");
    }
  }

  @Test
  void nobody_listens_in_anothers_place() throws Exception {
    try (Listening runner = new Listening(RUNNER, "no-certificate")) {
      String id =
          house
              .ask(RUNNER, "POST", "/drills/runners", DrillHouse.offer("no-certificate"))
              .path("runner")
              .asString();
      String work = "/drills/runners/" + id + "/work";
      for (Caller other : List.of(OPERATOR, DrillHouse.runner("0666"))) {
        assertThat(problem(() -> house.answer(other, "GET", work, "")).status()).isEqualTo(404);
      }
      assertThat(runner.thread.isAlive()).isTrue();
    }
  }
}

package org.thingward.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.drills.DrillHouse.OPERATOR;
import static org.thingward.drills.DrillHouse.RUNNER;
import static org.thingward.drills.DrillHouse.problem;
import static org.thingward.drills.DrillHouse.stopped;
import static org.thingward.drills.DrillHouse.with;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.thingward.platform.Problem;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;

/** Reports of drills are kept as they came, and what is no report is refused. */
class DrillReportsTest {
  private final DrillHouse house = new DrillHouse();

  @Test
  void a_run_is_followed_from_its_beginning_to_its_end() {
    String run = house.begin(RUNNER, "no-certificate", "stolen-token");
    assertThat(house.run(run).path("state").asString()).isEqualTo("running");
    house.report(RUNNER, run, stopped("no-certificate"));
    JsonNode half = house.board().at("/runs/0");
    assertThat(half.path("state").asString()).isEqualTo("running");
    assertThat(half.path("stopped").asInt()).isEqualTo(1);
    assertThat(half.path("total").asInt()).isEqualTo(2);
    house.report(RUNNER, run, stopped("stolen-token"));
    JsonNode whole = house.run(run);
    assertThat(whole.path("state").asString()).isEqualTo("done");
    assertThat(whole.at("/results/0/stops/0/layer").asString()).isEqualTo("tls");
    assertThat(whole.at("/results/0/steps/0/after-micros").asInt()).isEqualTo(120);
    assertThat(whole.at("/drills/0/second/0/layer").asString()).isEqualTo("gateway");
    assertThat(house.ledger.of(EntryType.DRILL)).hasSize(3);
  }

  @Test
  void the_history_is_read_back_from_the_log_alone() {
    for (int night = 0; night < 3; night++) {
      String run = house.begin(RUNNER, "no-certificate");
      house.report(RUNNER, run, with("took-ms", night));
      house.pass(Duration.ofDays(1));
    }
    JsonNode before = house.board();
    house.restart();
    assertThat(house.board()).isEqualTo(before);
    List<Integer> took = new ArrayList<>();
    before.at("/drills/0/last").forEach(each -> took.add(each.path("took-ms").asInt()));
    assertThat(took).containsExactly(2, 1, 0);
  }

  @Test
  void a_drill_that_gets_through_is_a_finding_until_it_is_stopped_again() {
    assertThat(house.drills.gettingThrough()).isZero();
    String run = house.begin(RUNNER, "no-certificate");
    house.report(RUNNER, run, through());
    assertThat(house.drills.gettingThrough()).isEqualTo(1);
    assertThat(house.ledger.of(EntryType.FINDING).getFirst().content())
        .contains("drill-got-through", "no-certificate", run, "it was let in");
    house.restart();
    assertThat(house.drills.gettingThrough()).isEqualTo(1);
    String notRun = house.begin(RUNNER, "no-certificate");
    Map<String, Object> nothing = with("outcome", "not-run");
    nothing.put("stops", List.of());
    house.report(RUNNER, notRun, nothing);
    assertThat(house.drills.gettingThrough()).as("nothing was learnt since").isEqualTo(1);
    house.report(RUNNER, house.begin(RUNNER, "no-certificate"), stopped("no-certificate"));
    assertThat(house.drills.gettingThrough()).isZero();
  }

  private static Map<String, Object> through() {
    Map<String, Object> result = with("outcome", "got-through");
    result.put("details", List.of("it was let in"));
    return result;
  }

  @Test
  void a_run_without_reports_is_broken_off_and_takes_no_more() {
    String run = house.begin(RUNNER, "no-certificate", "stolen-token");
    house.report(RUNNER, run, stopped("no-certificate"));
    house.pass(Run.PATIENCE.plusSeconds(1));
    assertThat(house.run(run).path("state").asString()).isEqualTo("broken-off");
    Problem late = problem(() -> house.report(RUNNER, run, stopped("stolen-token")));
    assertThat(late.type()).endsWith("run-over");
  }

  @Test
  void a_report_comes_from_whoever_began_the_run_and_from_nobody_else() {
    String run = house.begin(RUNNER, "no-certificate");
    for (var other : List.of(DrillHouse.runner("0666"), OPERATOR)) {
      Problem foreign = problem(() -> house.report(other, run, stopped("no-certificate")));
      assertThat(foreign.status()).isEqualTo(404);
    }
    assertThat(house.run(run).path("results")).isEmpty();
  }

  @Test
  void a_result_is_of_a_drill_of_the_run_and_comes_once() {
    String run = house.begin(RUNNER, "no-certificate", "stolen-token");
    Problem another = problem(() -> house.report(RUNNER, run, stopped("old-backup")));
    assertThat(another.type()).endsWith("not-in-run");
    house.report(RUNNER, run, through());
    Problem again = problem(() -> house.report(RUNNER, run, stopped("no-certificate")));
    assertThat(again.type()).endsWith("reported-already");
    assertThat(house.run(run).at("/results/0/outcome").asString()).isEqualTo("got-through");
  }

  @Test
  void what_is_no_report_is_refused_with_its_place_and_nothing_is_kept_of_it() {
    String run = house.begin(RUNNER, "no-certificate");
    int before = house.ledger.entries.size();
    Map<String, Map<String, Object>> wrong = new HashMap<>();
    wrong.put("'details' is a text", with("details", List.of("x".repeat(501))));
    wrong.put("'details' is a list of 100", with("details", many("x")));
    wrong.put("'details' is a text of", with("details", List.of("safe\u202Etxt.exe")));
    wrong.put("that can be seen", with("details", List.of("two\nlines")));
    wrong.put("says in 'details'", with("details", List.of()));
    wrong.put("'stops' says what stopped it", with("stops", List.of()));
    wrong.put("is empty if it was not run", with("outcome", "not-run"));
    wrong.put("'outcome' is stopped", with("outcome", "succeeded"));
    wrong.put("'stops[0].layer'", with("stops", List.of(Map.of("layer", "TLS 1", "how", "x"))));
    wrong.put("'stops[0]' is an object", with("stops", List.of("tls")));
    wrong.put(
        "'steps[0].after-micros'",
        with("steps", List.of(Map.of("after-micros", -1, "who", "x", "what", "y"))));
    wrong.put("'steps' is a list of 100", with("steps", many(Map.of())));
    wrong.put("'took-ms' is a whole number", with("took-ms", 1.5));
    wrong.put("'entry' is a whole number", with("entry", "12"));
    wrong.put("'drill' is of lower-case words", with("drill", "<b>"));
    wrong.put("'drill-result' is not known", with("drill-result", 1));
    wrong.forEach((reason, report) ->
        assertThat(problem(() -> house.report(RUNNER, run, report)))
            .hasMessageContaining(reason)
            .extracting(Problem::status)
            .isIn(400, 422));
    for (String body :
        List.of("", "[]", "{", "[".repeat(10_000), "{\"drill\":\"a\",\"drill\":\"b\"}", "{} {}")) {
      Problem refused =
          problem(() -> house.ask(RUNNER, "POST", "/drills/runs/" + run + "/results", body));
      assertThat(refused.status()).as(body).isEqualTo(400);
    }
    assertThat(house.ledger.entries).hasSize(before);
  }

  private static List<Object> many(Object one) {
    return java.util.Collections.nCopies(101, one);
  }

  @Test
  void a_run_is_of_drills_that_are_described_and_each_once() {
    Map<String, Object> none = DrillHouse.offer();
    Map<String, Object> twice = DrillHouse.offer("no-certificate", "no-certificate");
    Map<String, Object> nameless = DrillHouse.offer("no-certificate");
    nameless.put("runner", "");
    for (Map<String, Object> wrong : List.of(none, twice, nameless)) {
      Problem refused = problem(() -> house.ask(RUNNER, "POST", "/drills/runs", wrong));
      assertThat(refused.status()).isEqualTo(422);
    }
    assertThat(house.ledger.entries).isEmpty();
  }

  @Test
  void one_operators_runners_begin_only_so_many_an_hour() {
    for (int i = 0; i < Runs.MOST_AN_HOUR; i++) {
      String unused = house.begin(RUNNER, "no-certificate");
    }
    assertThat(problem(() -> house.begin(DrillHouse.runner("0666"), "no-certificate")).status())
        .isEqualTo(429);
    String unused = house.begin(OPERATOR, "no-certificate");
    house.pass(Duration.ofHours(1));
    String later = house.begin(RUNNER, "no-certificate");
    assertThat(house.run(later).path("state").asString()).isEqualTo("running");
  }

  @Test
  void what_is_kept_in_memory_is_bounded() {
    String first = house.begin(RUNNER, "no-certificate");
    for (int i = 0; i < Runs.KEPT; i++) {
      house.pass(Duration.ofMinutes(2));
      String unused = house.begin(RUNNER, "no-certificate");
    }
    assertThat(problem(() -> house.run(first)).status()).isEqualTo(404);
    assertThat(house.board().path("runs")).hasSize(Views.SHOWN);
  }

  @Test
  void sarif_says_of_each_result_what_kind_it_is() {
    String run = house.begin(RUNNER, "no-certificate", "stolen-token");
    house.report(RUNNER, run, through());
    JsonNode sarif = house.ask(OPERATOR, "GET", "/drills/runs/" + run + "/sarif", "");
    Function<String, String> at = path -> sarif.at("/runs/0" + path).asString();
    assertThat(at.apply("/results/0/kind")).isEqualTo("fail");
    assertThat(at.apply("/results/0/level")).isEqualTo("error");
    assertThat(at.apply("/tool/driver/rules/1/id")).isEqualTo("stolen-token");
    assertThat(sarif.at("/runs/0/invocations/0/executionSuccessful").asBoolean()).isFalse();
  }
}

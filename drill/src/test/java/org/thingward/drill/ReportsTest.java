package org.thingward.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportsTest {
  private static final DrillResult STOPPED =
      result("no-certificate", DrillResult.Outcome.STOPPED, OptionalLong.of(1288));
  private static final DrillResult SUCCEEDED =
      result("key-used-twice", DrillResult.Outcome.SUCCEEDED, OptionalLong.empty());
  private static final DrillResult NOT_RUN =
      result("tampered-ledger", DrillResult.Outcome.NOT_RUN, OptionalLong.empty());

  private static DrillResult result(String id, DrillResult.Outcome outcome, OptionalLong entry) {
    return new DrillResult(
        named(id),
        outcome,
        List.of("a <b> & \"c\" \u0001"),
        List.of(),
        List.of(),
        Duration.ofMillis(1500),
        entry);
  }

  private static Drill named(String id) {
    return new Drill() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public String attempt() {
        return "attempt something";
      }

      @Override
      public Group group() {
        return Group.CONNECTIONS;
      }

      @Override
      public Defence defence() {
        return Defence.single("G1", "none", Defence.line(Attack.Layer.TLS, "it asks"));
      }

      @Override
      public Attack run(Target target) {
        throw new DrillNotRun("never run here");
      }
    };
  }

  @Test
  void a_drill_that_succeeds_or_does_not_run_is_never_reported_as_good() {
    assertThat(DrillRun.allStopped(List.of(STOPPED))).isTrue();
    assertThat(DrillRun.allStopped(List.of(STOPPED, SUCCEEDED))).isFalse();
    assertThat(DrillRun.allStopped(List.of(STOPPED, NOT_RUN))).isFalse();
  }

  @Test
  void sarif_gives_each_result_a_rule_a_kind_and_the_level_that_fits_the_kind() {
    JsonNode document =
        JsonMapper.shared().readTree(Sarif.of(List.of(STOPPED, SUCCEEDED, NOT_RUN), "0.1.0"));
    assertThat(document.path("version").asString()).isEqualTo("2.1.0");
    JsonNode run = document.path("runs").path(0);
    assertThat(run.at("/tool/driver/rules").size()).isEqualTo(3);
    assertThat(run.at("/results/0/kind").asString()).isEqualTo("pass");
    assertThat(run.at("/results/0/level").asString()).isEqualTo("none");
    assertThat(run.at("/results/0/properties/ledgerIndex").asInt()).isEqualTo(1288);
    assertThat(run.at("/results/1/kind").asString()).isEqualTo("fail");
    assertThat(run.at("/results/1/level").asString()).isEqualTo("error");
    assertThat(run.at("/results/2/kind").asString()).isEqualTo("open");
    assertThat(run.at("/invocations/0/executionSuccessful").asBoolean()).isFalse();
  }

  @Test
  void junit_xml_counts_failures_and_errors_and_is_well_formed_whatever_a_server_says()
      throws Exception {
    String xml = JUnitXml.of(List.of(STOPPED, SUCCEEDED, NOT_RUN));
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();
    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(3);
  }

  @Test
  void drills_have_names_of_their_own() {
    assertThat(Drills.ALL).extracting(Drill::id).doesNotHaveDuplicates();
    assertThat(Drills.ALL).allSatisfy(drill -> assertThat(drill.id()).matches("[a-z]+(-[a-z]+)*"));
  }
}

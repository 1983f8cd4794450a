package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures that alerts and the dashboard read are figures that a server gives. */
class MonitoringTest {
  private static final Path MONITORING = Path.of("../packaging/monitoring");
  private static final Pattern FIGURE =
      Pattern.compile("\\b(thingward|jvm|process)_[a-z0-9_]*[a-z0-9]\\b");

  @TempDir Path folder;

  @Test
  void every_figure_that_alerts_and_dashboard_read_is_given_by_a_server_at_work() throws Exception {
    String figures;
    try (RunningHouse house = new RunningHouse(folder)) {
      house.operator("POST", "/products", "{\"id\":\"pump\"}");
      house.operator("POST", "/devices", "{\"id\":\"pump-1\",\"product\":\"pump\"}");
      house.enrol("device", "pump-1");
      assertThat(house.publish("pump-1", "t/pump-1/telemetry", "{}")).isZero();
      RunningHouse.eventually(
          "the session has ended", () -> house.figures().contains("thingward_gateway_sessions 0"));
      figures = house.figures();
    }
    assertThat(named(figures))
        .containsAll(read("prometheus-rules.yaml"))
        .containsAll(read("grafana-dashboard.json"));
    assertThat(figures)
        .contains("thingward_decisions_total{request=\"connect\",verdict=\"permit\"} 1")
        .contains("thingward_postures{tier=\"contraindicated\"} 0")
        .contains("thingward_ledger_witnessed 1")
        .contains("thingward_falls_unstored 0")
        .contains("thingward_waves_undecided 0")
        .contains("thingward_database_disagreements 0")
        .contains("thingward_operators_unusual 0")
        .contains("thingward_approvals_open 0")
        .contains("thingward_break_glass_unreviewed 0");
  }

  private static Set<String> read(String file) throws IOException {
    Set<String> names = named(Files.readString(MONITORING.resolve(file)));
    assertThat(names).as(file).hasSizeGreaterThan(5);
    return names;
  }

  private static Set<String> named(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = FIGURE.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }
}

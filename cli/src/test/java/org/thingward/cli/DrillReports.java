package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What drills against one server reported, each by its id.
 *
 * @param reports what SARIF calls the kind of a result, and its message
 */
record DrillReports(Map<String, Report> reports) {
  /** One drill's: {@code pass} if it was stopped, and what stopped it or how it got through. */
  record Report(String kind, String text) {
    boolean stopped() {
      return kind.equals("pass");
    }
  }

  /** What runs one after the other: by the one service that may listen in, by a second server. */
  private static final List<List<String>> ROWS =
      List.of(
          List.of(
              "topic-outside-rights",
              "topic-alias",
              "response-topic",
              "will-after-revocation",
              "delayed-will",
              "retained-after-revocation"),
          List.of("row-raised-by-hand", "old-backup"),
          List.of("tpm-clock", "renewal-fork", "network-drift"));

  /** Runs them, the rows and all others beside each other: they wait most of the time. */
  static DrillReports of(RunningServer server, Collection<String> drills, Path folder) {
    Set<String> left = new LinkedHashSet<>(drills);
    Map<String, Report> reports = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> rows = new ArrayList<>();
      for (List<String> row : ROWS) {
        List<String> wanted = row.stream().filter(left::remove).toList();
        Path files = folder.resolve("row-" + rows.size());
        rows.add(
            CompletableFuture.runAsync(() -> reports.putAll(run(server, wanted, files)), threads));
      }
      reports.putAll(run(server, List.copyOf(left), folder.resolve("others")));
      rows.forEach(CompletableFuture::join);
    }
    assertThat(reports.keySet()).containsExactlyInAnyOrderElementsOf(drills);
    return new DrillReports(Map.copyOf(reports));
  }

  Report of(String drill) {
    return reports.get(drill);
  }

  private static Map<String, Report> run(RunningServer server, List<String> drills, Path files) {
    if (drills.isEmpty()) {
      return Map.of();
    }
    List<String> arguments = new ArrayList<>(List.of("drill"));
    arguments.addAll(drills);
    arguments.addAll(List.of("--json", "--sarif", files + ".sarif", "--junit", files + ".xml"));
    CommandLineRun run = server.cli(arguments.toArray(String[]::new));
    Map<String, Report> reports = new HashMap<>();
    for (JsonNode result : JsonMapper.shared().readTree(run.out()).at("/runs/0/results")) {
      reports.put(
          result.path("ruleId").asString(""),
          new Report(result.path("kind").asString(""), result.at("/message/text").asString("")));
    }
    return reports;
  }
}

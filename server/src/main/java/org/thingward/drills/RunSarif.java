package org.thingward.drills;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A run as SARIF 2.1.0 (OASIS), which code hosts and scanners' dashboards read. */
final class RunSarif {
  private RunSarif() {}

  static Map<String, Object> of(Run run) {
    boolean complete =
        run.results().size() == run.begun().plans().size() && run.count(Outcome.NOT_RUN) == 0;
    return Map.of(
        "$schema",
        "https://json.schemastore.org/sarif-2.1.0.json",
        "version",
        "2.1.0",
        "runs",
        List.of(
            Map.of(
                "automationDetails",
                Map.of("id", "thingward-drill/" + run.id()),
                "tool",
                Map.of("driver", driver(run)),
                "invocations",
                List.of(
                    Map.of(
                        "executionSuccessful",
                        complete,
                        "startTimeUtc",
                        run.begun().at().toString())),
                "results",
                run.results().stream().map(RunSarif::result).toList())));
  }

  private static Map<String, Object> driver(Run run) {
    return Map.of(
        "name",
        "thingward-drill",
        "version",
        run.begun().version(),
        "rules",
        run.begun().plans().stream()
            .map(plan ->
                Map.of("id", plan.drill(), "shortDescription", Map.of("text", plan.attempt())))
            .toList());
  }

  private static Map<String, Object> result(Run.Told told) {
    Result result = told.result();
    Map<String, Object> properties = new HashMap<>();
    properties.put("milliseconds", result.tookMillis());
    properties.put("layers", result.layers());
    properties.put("ledgerEntry", told.receipt().entry().toString());
    // SARIF §3.27.10: the level is "none" unless the kind is "fail".
    return Map.of(
        "ruleId",
        result.drill(),
        "kind",
        kind(result.outcome()),
        "level",
        result.outcome() == Outcome.GOT_THROUGH ? "error" : "none",
        "message",
        Map.of("text", String.join("; ", result.details())),
        "properties",
        properties);
  }

  private static String kind(Outcome outcome) {
    return switch (outcome) {
      case STOPPED -> "pass";
      case GOT_THROUGH -> "fail";
      case NOT_RUN -> "open";
    };
  }
}

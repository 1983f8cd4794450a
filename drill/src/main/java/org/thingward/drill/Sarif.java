package org.thingward.drill;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Drill results as SARIF 2.1.0 (OASIS), which code hosts and scanners' dashboards read. */
public final class Sarif {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Sarif() {}

  /** The document. */
  public static String of(List<DrillResult> results, String version) {
    Map<String, Object> run = new TreeMap<>();
    run.put("tool", Map.of("driver", driver(results, version)));
    run.put("results", results.stream().map(Sarif::result).toList());
    boolean complete =
        results.stream().noneMatch(each -> each.outcome() == DrillResult.Outcome.NOT_RUN);
    run.put("invocations", List.of(Map.of("executionSuccessful", complete)));
    Map<String, Object> document = new TreeMap<>();
    document.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    document.put("version", "2.1.0");
    document.put("runs", List.of(run));
    return JSON.writeValueAsString(document) + "\n";
  }

  private static Map<String, Object> driver(List<DrillResult> results, String version) {
    List<Map<String, Object>> rules =
        results.stream()
            .map(result ->
                Map.<String, Object>of(
                    "id",
                    result.drill().id(),
                    "shortDescription",
                    Map.of("text", result.drill().attempt())))
            .toList();
    return Map.of("name", "thingward-drill", "version", version, "rules", rules);
  }

  private static Map<String, Object> result(DrillResult result) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("ruleId", result.drill().id());
    // SARIF §3.27.10: the level is "none" unless the kind is "fail".
    tree.put("kind", kind(result.outcome()));
    tree.put("level", result.outcome() == DrillResult.Outcome.SUCCEEDED ? "error" : "none");
    tree.put("message", Map.of("text", String.join("; ", result.details())));
    Map<String, Object> properties = new TreeMap<>();
    properties.put("milliseconds", result.took().toMillis());
    properties.put("layers", result.layers());
    result.entry().ifPresent(index -> properties.put("ledgerIndex", index));
    tree.put("properties", properties);
    return tree;
  }

  private static String kind(DrillResult.Outcome outcome) {
    return switch (outcome) {
      case STOPPED -> "pass";
      case SUCCEEDED -> "fail";
      case NOT_RUN -> "open";
    };
  }
}

package org.thingward.cli;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What came of drills before, as tables. */
final class DrillHistory {
  private DrillHistory() {}

  /** The newest runs. */
  static Table runs(JsonNode board) {
    Table table =
        new Table(
            "BEGAN (UTC)", "STATE", "STOPPED", "GOT THROUGH", "NOT RUN", "TOOK", "BY", "ENTRY");
    for (JsonNode run : board.path("runs")) {
      table.row(
          Answers.time(run, run.has("began") ? "began" : "asked"),
          Answers.text(run, "state"),
          Answers.number(run, "stopped") + " of " + Answers.number(run, "total"),
          Answers.number(run, "got-through"),
          Answers.number(run, "not-run"),
          seconds(run),
          Answers.text(run, run.has("runner") ? "runner" : "asked-by"),
          Answers.index(run));
    }
    return table;
  }

  /**
   * What came of one drill.
   *
   * @throws Failed if the server knows none of this name
   */
  static Table of(JsonNode board, String name) {
    Table table = new Table("ENDED (UTC)", "OUTCOME", "LAYERS", "TOOK", "RUN");
    for (JsonNode drill : board.path("drills")) {
      if (drill.path("drill").asString("").equals(name)) {
        for (JsonNode last : drill.path("last")) {
          table.row(
              Answers.time(last, "at"),
              Answers.text(last, "outcome"),
              Answers.all(last, "layers"),
              seconds(last),
              Answers.text(last, "run"));
        }
        return table;
      }
    }
    throw new Failed("the server was told of no drill '" + name + "': see thingward drill --list");
  }

  private static String seconds(JsonNode node) {
    JsonNode millis = node.path("took-ms");
    return millis.isIntegralNumber()
        ? String.format(Locale.ROOT, "%.1f s", millis.longValue() / 1000.0)
        : "";
  }
}

package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.thingward.drill.Attack;
import org.thingward.drill.Defence;
import org.thingward.drill.Drill;
import org.thingward.drill.DrillResult;
import org.thingward.drill.Drills;
import org.thingward.operator.OperatorConnection;

/** Tells the server which drills are run and what came of each, as each ends. */
final class DrillReporting {
  private static final int LONGEST = 500;
  private static final int MOST = 100;
  private static final int LONGEST_NAME = 60;

  private final OperatorConnection connection;
  private final String run;

  private DrillReporting(OperatorConnection connection, String run) {
    this.connection = connection;
    this.run = run;
  }

  /**
   * Begins a run.
   *
   * @param name what whoever runs them calls itself
   * @param asked the run that was asked for, if one was
   */
  static DrillReporting begin(
      OperatorConnection connection, String name, List<Drill> drills, Optional<String> asked) {
    Map<String, Object> offer = offer(name, drills);
    asked.ifPresent(wanted -> offer.put("run", wanted));
    return new DrillReporting(
        connection, connection.post("/drills/runs", offer).path("run").asString(""));
  }

  /** Reports one drill of it. */
  void report(DrillResult result) {
    var unused = connection.post("/drills/runs/" + encoded(run) + "/results", tree(result));
  }

  /** What can be run here, as the server is told it. */
  static Map<String, Object> offer(String name, List<Drill> drills) {
    return new HashMap<>(
        Map.of(
            "runner", name.substring(0, Math.min(LONGEST_NAME, name.length())),
            "version", Thingward.VERSION,
            "drills", drills.stream().map(DrillReporting::plan).toList()));
  }

  private static Map<String, Object> plan(Drill drill) {
    Defence defence = drill.defence();
    return Map.of(
        "drill", drill.id(),
        "number", number(drill),
        "attempt", text(drill.attempt()),
        "group", drill.group().title(),
        "rules", defence.rules(),
        "first", defence.first().stream().map(line -> line(line.layer(), line.how())).toList(),
        "second", defence.second().stream().map(line -> line(line.layer(), line.how())).toList(),
        "shown", defence.shown().word(),
        "without", defence.without());
  }

  private static int number(Drill drill) {
    return Drills.ALL.stream().map(Drill::id).toList().indexOf(drill.id()) + 1;
  }

  private static Map<String, Object> tree(DrillResult result) {
    Map<String, Object> tree = new HashMap<>();
    tree.put("drill", result.drill().id());
    tree.put("outcome", outcome(result.outcome()));
    tree.put("details", result.details().stream().limit(MOST).map(DrillReporting::text).toList());
    tree.put(
        "stops",
        result.stops().stream().limit(MOST).map(stop -> line(stop.layer(), stop.how())).toList());
    tree.put("steps", result.steps().stream().limit(MOST).map(DrillReporting::step).toList());
    tree.put("took-ms", Math.max(0, result.took().toMillis()));
    result.entry().ifPresent(index -> tree.put("entry", index));
    return tree;
  }

  private static String outcome(DrillResult.Outcome outcome) {
    return switch (outcome) {
      case STOPPED -> "stopped";
      case SUCCEEDED -> "got-through";
      case NOT_RUN -> "not-run";
    };
  }

  private static Map<String, Object> line(Attack.Layer layer, String how) {
    return Map.of("layer", layer.word().toLowerCase(Locale.ROOT), "how", text(how));
  }

  private static Map<String, Object> step(Attack.Step step) {
    return Map.of(
        "after-micros", micros(step.after()), "who", step.who(), "what", text(step.what()));
  }

  private static long micros(Duration duration) {
    return Math.max(0, duration.toNanos() / 1_000);
  }

  /** As the server takes it: what another server said may be long, or hold what nobody sees. */
  private static String text(String said) {
    StringBuilder text = new StringBuilder();
    said.codePoints()
        .limit(LONGEST / 2)
        .map(character -> isSeen(character) ? character : '?')
        .forEach(text::appendCodePoint);
    return text.isEmpty() ? "nothing was said" : text.toString();
  }

  private static boolean isSeen(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}

package org.thingward.drills;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.thingward.ledger.Ledger;
import org.thingward.trust.Receipt;

/** What operators are shown of drills, in JSON of maps and lists. */
final class Views {
  /** How many runs the board has, and how many results of each drill. */
  static final int SHOWN = 30;

  private final Ledger ledger;

  Views(Ledger ledger) {
    this.ledger = ledger;
  }

  /** All at one look: who can run drills, which there are, what came of them last. */
  Map<String, Object> board(Runners runners, Runs runs, Instant now) {
    List<Run> shown = runs.all().stream().limit(SHOWN).toList();
    List<Map<String, Object>> items =
        Stream.concat(
                runners.waiting().reversed().stream().map(Views::summary),
                shown.stream().map(run -> summary(run, now)))
            .toList();
    return Map.of(
        "runners", runners.there().stream().map(Views::runner).toList(),
        "drills", drills(runners.there(), shown),
        "runs", items);
  }

  private static Map<String, Object> runner(Runner runner) {
    return Map.of(
        "name", runner.name(),
        "version", runner.version(),
        "operator", runner.operator().name(),
        "since", runner.since().toString());
  }

  /** Each drill as it was described last, with what came of it in the newest runs. */
  private List<Map<String, Object>> drills(List<Runner> there, List<Run> shown) {
    Map<String, Plan> plans = new LinkedHashMap<>();
    Stream.concat(
            there.stream().flatMap(runner -> runner.plans().stream()),
            shown.stream().flatMap(run -> run.begun().plans().stream()))
        .forEach(plan -> plans.putIfAbsent(plan.drill(), plan));
    return plans.values().stream()
        .sorted(Comparator.comparing(Plan::number).thenComparing(Plan::drill))
        .map(plan -> {
          Map<String, Object> tree = new HashMap<>(plan.tree());
          tree.put("last", last(plan.drill(), shown));
          return tree;
        })
        .toList();
  }

  private List<Map<String, Object>> last(String drill, List<Run> shown) {
    List<Map<String, Object>> last = new ArrayList<>();
    for (Run run : shown) {
      run.of(drill).ifPresent(told -> last.add(brief(run, told)));
    }
    return last;
  }

  private Map<String, Object> brief(Run run, Run.Told told) {
    Map<String, Object> tree = new HashMap<>();
    tree.put("run", run.id().toString());
    tree.put("at", told.reported().at().toString());
    tree.put("outcome", told.result().outcome().word());
    tree.put("layers", told.result().layers());
    tree.put("took-ms", told.result().tookMillis());
    OptionalLong index = ledger.index(told.receipt());
    if (index.isPresent()) {
      tree.put("index", index.getAsLong());
    }
    return tree;
  }

  /** A run without what is in it. */
  Map<String, Object> summary(Run run, Instant now) {
    Map<String, Object> tree = new HashMap<>();
    tree.put("run", run.id().toString());
    tree.put("state", run.state(now).word());
    tree.put("runner", run.begun().runner());
    tree.put("version", run.begun().version());
    tree.put("operator", run.begun().operator().name());
    run.begun().asked().ifPresent(asked -> put(asked, tree));
    tree.put("began", run.begun().at().toString());
    tree.put("heard", run.heard().toString());
    tree.put("total", run.begun().plans().size());
    for (Outcome outcome : Outcome.values()) {
      tree.put(outcome.word(), run.count(outcome));
    }
    tree.put("took-ms", run.results().stream().mapToLong(told -> told.result().tookMillis()).sum());
    place(run.receipt(), tree);
    return tree;
  }

  private static Map<String, Object> summary(Wish wish) {
    Map<String, Object> tree = new HashMap<>();
    tree.put("run", wish.run().toString());
    tree.put("state", "requested");
    tree.put("total", wish.plans().size());
    put(wish.asked(), tree);
    return tree;
  }

  private static void put(DrillRecord.Asked asked, Map<String, Object> tree) {
    tree.put("asked-by", asked.by().name());
    tree.put("asked", asked.at().toString());
  }

  /** A run in full. */
  Map<String, Object> run(Run run, Instant now) {
    Map<String, Object> tree = summary(run, now);
    tree.put("drills", run.begun().plans().stream().map(Plan::tree).toList());
    tree.put("results", run.results().stream().map(this::result).toList());
    return tree;
  }

  /** One that waits. */
  Map<String, Object> run(Wish wish) {
    Map<String, Object> tree = summary(wish);
    tree.put("drills", wish.plans().stream().map(Plan::tree).toList());
    tree.put("results", List.of());
    return tree;
  }

  private Map<String, Object> result(Run.Told told) {
    Map<String, Object> tree = new HashMap<>(told.result().tree());
    tree.put("at", told.reported().at().toString());
    place(told.receipt(), tree);
    return tree;
  }

  private void place(Receipt receipt, Map<String, Object> tree) {
    tree.put("receipt", receipt.entry().toString());
    OptionalLong index = ledger.index(receipt);
    if (index.isPresent()) {
      tree.put("index", index.getAsLong());
    }
  }
}

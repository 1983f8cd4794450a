package org.thingward.drills;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** The newest runs, as the log has them. Each step is an entry before it counts. */
final class Runs {
  /** How many are kept in memory; the log has all. */
  static final int KEPT = 200;

  /** How many one operator's runners may begin within an hour. */
  static final int MOST_AN_HOUR = 60;

  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final int READ_BACK = 8_000;

  private final Ledger ledger;
  private final Time time;
  private final Consumer<UUID> changed;
  // Oldest first.
  private final Map<UUID, Run> runs = new LinkedHashMap<>();

  /**
   * Reads them from the log.
   *
   * @param changed hears of each run that changes
   */
  Runs(Ledger ledger, Time time, Consumer<UUID> changed) {
    this.ledger = ledger;
    this.time = time;
    this.changed = changed;
    for (Openings.Opened entry : ledger.openings().newest(Set.of(EntryType.DRILL), READ_BACK)) {
      note(DrillRecord.of(entry.content()), entry.receipt());
    }
  }

  private Optional<Run> note(DrillRecord record, Receipt receipt) {
    Optional<Run> next =
        switch (record) {
          case DrillRecord.Begun begun -> Optional.of(new Run(begun, receipt, List.of()));
          case DrillRecord.Reported reported ->
              find(reported.run()).map(run -> run.with(new Run.Told(reported, receipt)));
        };
    next.ifPresent(run -> runs.put(run.id(), run));
    if (runs.size() > KEPT) {
      runs.remove(runs.keySet().iterator().next());
    }
    return next;
  }

  /** Newest first. */
  synchronized List<Run> all() {
    return List.copyOf(runs.values()).reversed();
  }

  synchronized Optional<Run> find(UUID id) {
    return Optional.ofNullable(runs.get(id));
  }

  /**
   * A run begins.
   *
   * @throws Problem 429 if this operator's runners began too many
   */
  Run begin(DrillRecord.Begun begun) {
    Run run;
    synchronized (this) {
      Instant since = begun.at().minus(Duration.ofHours(1));
      long before =
          runs.values().stream()
              .map(Run::begun)
              .filter(other -> other.operator().equals(begun.operator()))
              .filter(other -> other.at().isAfter(since))
              .count();
      if (before >= MOST_AN_HOUR) {
        throw new Problem(
            429,
            "too-many-runs",
            "%d runs were begun in your name within an hour. Wait a little."
                .formatted(MOST_AN_HOUR));
      }
      run = note(begun, append(begun.operator(), begun)).orElseThrow();
    }
    changed.accept(run.id());
    return run;
  }

  /**
   * A drill of a run ended.
   *
   * @param by who reports it
   * @param token the token that it came with
   * @throws Problem 404 if there is no such run of this reporter, 422 if the drill is not in it,
   *     409 if it is reported already or the run is over
   */
  Run report(UUID id, Result result, Subject by, Optional<String> token) {
    Run run;
    synchronized (this) {
      Run before =
          find(id).filter(each -> each.begun().isOf(by, token)).orElseThrow(Runs::notYours);
      requireAwaited(before, result);
      DrillRecord.Reported reported = new DrillRecord.Reported(id, result, time.now());
      run = note(reported, append(by, reported)).orElseThrow();
    }
    if (result.outcome() == Outcome.GOT_THROUGH) {
      tell(run, result, by);
    }
    changed.accept(id);
    return run;
  }

  private void requireAwaited(Run run, Result result) {
    if (!run.plans(result.drill())) {
      throw new Problem(
          422, "not-in-run", "'%s' is not among the drills of this run.".formatted(result.drill()));
    }
    if (run.of(result.drill()).isPresent()) {
      throw new Problem(
          409, "reported-already", "'%s' is reported already.".formatted(result.drill()));
    }
    if (run.state(time.now()) != Run.State.RUNNING) {
      throw new Problem(409, "run-over", "This run is over: begin another one.");
    }
  }

  private static Problem notYours() {
    return new Problem(
        404, "unknown-run", "There is no such run, or it was begun by another token or operator.");
  }

  private Receipt append(Subject operator, DrillRecord record) {
    return ledger.append(EntryType.DRILL, operator, record.canonical());
  }

  /** Somebody must look at it. */
  private void tell(Run run, Result result, Subject by) {
    String how = String.join("; ", result.details());
    LOG.error("drill {} got through in run {}: {}", result.drill(), run.id(), how);
    var unused =
        ledger.appendSoon(
            EntryType.FINDING,
            by,
            CanonicalJson.encode(
                Map.of(
                    "finding",
                    1,
                    "what",
                    "drill-got-through",
                    "drill",
                    result.drill(),
                    "run",
                    run.id().toString(),
                    "how",
                    how,
                    "at",
                    time.now().toString())));
  }

  /** The newest result of each drill that was run, by its name. */
  synchronized Map<String, Result> newest() {
    Map<String, Result> newest = new LinkedHashMap<>();
    for (Run run : runs.values()) {
      run.results().stream()
          .map(Run.Told::result)
          .filter(result -> result.outcome() != Outcome.NOT_RUN)
          .forEach(result -> newest.put(result.drill(), result));
    }
    return newest;
  }
}

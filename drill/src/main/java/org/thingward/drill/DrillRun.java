package org.thingward.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;

/** Runs drills one after the other against one target. */
public final class DrillRun {
  private static final Duration SEQUENCED_WITHIN = Duration.ofSeconds(5);
  private static final long STEP_NANOS = 20_000_000;

  private final Target target;
  private final Duration limit;

  /**
   * A run against one target.
   *
   * @param limit after this time no further drill is begun: those left count as not run
   */
  public DrillRun(Target target, Duration limit) {
    this.target = target;
    this.limit = limit;
  }

  /** Runs them all; {@code listener} hears of each as it ends. */
  public List<DrillResult> run(List<Drill> drills, Consumer<DrillResult> listener) {
    List<DrillResult> results = new ArrayList<>();
    Instant end = target.clock().instant().plus(limit);
    for (Drill drill : drills) {
      Instant begin = target.clock().instant();
      DrillResult result =
          begin.isBefore(end) ? run(drill) : notRun(drill, "the time limit was reached", begin);
      results.add(result);
      listener.accept(result);
    }
    return results;
  }

  /** Whether all were run and none got through. */
  public static boolean allStopped(List<DrillResult> results) {
    return results.stream().allMatch(result -> result.outcome() == DrillResult.Outcome.STOPPED);
  }

  private DrillResult run(Drill drill) {
    Instant start = target.clock().instant();
    try {
      Attack attack = drill.run(target);
      return result(drill, attack, Duration.between(start, target.clock().instant()));
    } catch (DrillNotRun | ServerUnreachable | ServerRefused | OperatorProblem e) {
      return notRun(drill, String.valueOf(e.getMessage()), start);
    }
  }

  private DrillResult notRun(Drill drill, String why, Instant start) {
    return new DrillResult(
        drill,
        DrillResult.Outcome.NOT_RUN,
        List.of(why),
        List.of(),
        List.of(),
        Duration.between(start, target.clock().instant()),
        OptionalLong.empty());
  }

  private DrillResult result(Drill drill, Attack attack, Duration took) {
    List<String> details =
        attack.stopped()
            ? attack.stops().stream().map(Attack.Stop::toString).toList()
            : attack.breaches();
    return new DrillResult(
        drill,
        attack.stopped() ? DrillResult.Outcome.STOPPED : DrillResult.Outcome.SUCCEEDED,
        details,
        attack.stops(),
        attack.steps(),
        took,
        entryAbout(attack.victim()));
  }

  /** The place in the log of the newest decision about the victim, once it has one. */
  private OptionalLong entryAbout(Optional<Subject> victim) {
    if (victim.isEmpty()) {
      return OptionalLong.empty();
    }
    Instant patienceEnds = target.clock().instant().plus(SEQUENCED_WITHIN);
    try {
      OptionalLong index = newestIndex(victim.get());
      while (index.isEmpty() && target.clock().instant().isBefore(patienceEnds)) {
        LockSupport.parkNanos(STEP_NANOS);
        index = newestIndex(victim.get());
      }
      return index;
    } catch (OperatorProblem | ServerUnreachable unknown) {
      return OptionalLong.empty();
    }
  }

  private OptionalLong newestIndex(Subject victim) {
    return target.operator().decisions(victim, 1).stream()
        .map(Operator::index)
        .findFirst()
        .orElse(OptionalLong.empty());
  }
}

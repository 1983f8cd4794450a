package org.thingward.verify.replay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.thingward.trust.Appraisal;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.diff.Change;
import org.thingward.verify.diff.Compared;

/**
 * Decides again, subject by subject. A subject is appraised once for each stretch of time in which
 * its posture stands, and each request once in it, however often it was made. Not for several
 * threads.
 */
public final class Replay {
  private static final Digest UNNAMED = Digest.of();
  private static final int MOST_GROUPS = 200;
  private static final int EXAMPLES = 3;

  private static final class Count {
    private long decisions;
    private long subjects;
    private Optional<Subject> last = Optional.empty();
    private final List<ReplayReport.Example> examples = new ArrayList<>();
  }

  /** What became of a decision: one of these at a time. */
  private record Outcome(Fate fate, Optional<Difference> difference, Decision after) {}

  private enum Fate {
    SAME,
    DIFFERS,
    BEYOND_POLICY,
    UNREPEATED
  }

  /** A subject's posture under the other policy for as long as it stands. */
  private record Stretch(Instant until, Decider decider, Map<Decision, Outcome> outcomes) {}

  private final Policy policy;
  private final NavigableMap<Instant, ReferenceValues> references;
  private final Function<Digest, Optional<Policy>> former;
  private final Map<Difference, Count> groups = new HashMap<>();
  private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
  private long decisions;
  private long subjects;
  private long appraisals;
  private long ungrouped;

  /**
   * Prepares a replay.
   *
   * @param policy the policy to decide by
   * @param references the reference values, each from the moment on at which it was in force
   * @param former finds the policies of the time by their digests
   */
  public Replay(
      Policy policy,
      NavigableMap<Instant, ReferenceValues> references,
      Function<Digest, Optional<Policy>> former) {
    this.policy = policy;
    this.references = new TreeMap<>(references);
    this.former = former;
  }

  /**
   * Decides again what one subject was answered.
   *
   * @param evidence all evidence about it, its products and releases that is on record
   * @param asked the decisions, oldest first
   */
  public void subject(Subject subject, List<Evidence> evidence, List<Asked> asked) {
    TreeSet<Instant> changes = new TreeSet<>(references.keySet());
    evidence.forEach(piece -> changes.add(piece.received()));
    Optional<Stretch> stretch = Optional.empty();
    subjects++;
    for (Asked one : asked) {
      Instant at = one.at();
      if (stretch.isEmpty() || !at.isBefore(stretch.get().until())) {
        stretch = Optional.of(stretch(subject, evidence, changes, at));
      }
      Stretch now = stretch.get();
      // The end of a certificate is the request's own, and not the posture's.
      boolean ended = !at.isBefore(one.recorded().request().credentialEnd());
      Outcome outcome =
          ended
              ? outcome(one, now, evidence)
              : now.outcomes().computeIfAbsent(one.recorded(), key -> outcome(one, now, evidence));
      count(one, outcome);
    }
  }

  private Stretch stretch(
      Subject subject, List<Evidence> evidence, TreeSet<Instant> changes, Instant at) {
    Posture posture = appraise(policy, subject, evidence, at);
    Instant next = Optional.ofNullable(changes.higher(at)).orElse(Evidence.NO_END);
    Instant until = next.isBefore(posture.until()) ? next : posture.until();
    return new Stretch(until, new Decider(policy, posture, UNNAMED), new IdentityHashMap<>());
  }

  private Posture appraise(Policy by, Subject subject, List<Evidence> evidence, Instant at) {
    appraisals++;
    ReferenceValues values =
        Optional.ofNullable(references.floorEntry(at))
            .map(Map.Entry::getValue)
            .orElse(ReferenceValues.NONE);
    return Appraisal.appraise(by, values, subject, evidence, at);
  }

  private Outcome outcome(Asked asked, Stretch stretch, List<Evidence> evidence) {
    Decision recorded = asked.recorded();
    Decision after = stretch.decider().decide(recorded.request(), asked.at());
    if (Decider.reasonBeyondPolicy(recorded).isPresent()) {
      return new Outcome(Fate.BEYOND_POLICY, Optional.empty(), after);
    }
    Set<Change> changes = changes(recorded, after);
    if (changes.isEmpty()) {
      return new Outcome(Fate.SAME, Optional.empty(), after);
    }
    if (!isRepeated(asked, evidence)) {
      return new Outcome(Fate.UNREPEATED, Optional.empty(), after);
    }
    Difference difference =
        new Difference(
            recorded.request().kind(),
            recorded.verdict(),
            recorded.tier(),
            after.verdict(),
            after.tier(),
            changes,
            why(stretch.decider().posture(), after));
    return new Outcome(Fate.DIFFERS, Optional.of(difference), after);
  }

  /** Whether the policy of its time comes to the same from what is on record. */
  private boolean isRepeated(Asked asked, List<Evidence> evidence) {
    Decision recorded = asked.recorded();
    Optional<Policy> by = former.apply(recorded.policy());
    if (by.isEmpty()) {
      return false;
    }
    Posture posture = appraise(by.get(), recorded.request().subject(), evidence, asked.at());
    Decider decider = new Decider(by.get(), posture, UNNAMED);
    return changes(recorded, decider.decide(recorded.request(), asked.at())).isEmpty();
  }

  /** In which ways they differ, beside when grants end and how reasons are told. */
  private static Set<Change> changes(Decision recorded, Decision after) {
    EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    changes.addAll(Compared.changes(recorded, after));
    changes.removeAll(EnumSet.of(Change.SHORTENS, Change.LENGTHENS, Change.REASONS));
    return changes;
  }

  private static String why(Posture posture, Decision after) {
    return posture.reasons().isEmpty() || posture.tier() == Tier.AFFIRMING
        ? after.reasons().getFirst()
        : posture.reasons().getFirst().text();
  }

  private void count(Asked asked, Outcome outcome) {
    decisions++;
    fates.merge(outcome.fate(), 1L, Long::sum);
    outcome
        .difference()
        .ifPresent(difference -> {
          if (groups.size() < MOST_GROUPS || groups.containsKey(difference)) {
            count(groups.computeIfAbsent(difference, key -> new Count()), asked, outcome);
          } else {
            ungrouped++;
          }
        });
  }

  private static void count(Count count, Asked asked, Outcome outcome) {
    Optional<Subject> subject = Optional.of(asked.recorded().request().subject());
    count.decisions++;
    if (!count.last.equals(subject)) {
      count.last = subject;
      count.subjects++;
      if (count.examples.size() < EXAMPLES) {
        count.examples.add(new ReplayReport.Example(asked.recorded(), asked.at(), outcome.after()));
      }
    }
  }

  /** What was found so far. */
  public ReplayReport report() {
    List<ReplayReport.Group> found =
        groups.entrySet().stream()
            .map(group ->
                new ReplayReport.Group(
                    group.getKey(),
                    group.getValue().decisions,
                    group.getValue().subjects,
                    group.getValue().examples))
            .sorted(Comparator.comparingLong(ReplayReport.Group::decisions).reversed())
            .toList();
    return new ReplayReport(
        decisions,
        subjects,
        appraisals,
        fates.getOrDefault(Fate.DIFFERS, 0L),
        fates.getOrDefault(Fate.BEYOND_POLICY, 0L),
        fates.getOrDefault(Fate.UNREPEATED, 0L),
        found,
        ungrouped);
  }
}

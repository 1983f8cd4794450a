package org.thingward.posture;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.thingward.platform.Time;
import org.thingward.trust.AppraisalRule;
import org.thingward.trust.Decider;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Foresight;
import org.thingward.trust.Impact;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.Reason;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.diff.Change;
import org.thingward.verify.diff.PolicyDiff;
import org.thingward.verify.diff.Region;

/**
 * What a change would do to whom, by the real appraisal, before it is made (rule O3). Each subject
 * is appraised with it and without it, for this moment and for the one at which no rise waits any
 * more (rule T4): whoever raises slowly raises all the same.
 */
final class ForeseenChanges implements Foresight {
  private static final int MOST_NOTES = 100;

  private final Standings standings;
  private final Supplier<InForce> inForce;
  private final Time time;

  ForeseenChanges(Standings standings, Supplier<InForce> inForce, Time time) {
    this.standings = standings;
    this.inForce = inForce;
    this.time = time;
  }

  @Override
  public Impact of(List<Evidence> pieces) {
    InForce by = inForce.get();
    Map<Subject, List<Evidence>> more = new HashMap<>();
    Set<Subject> concerned = new LinkedHashSet<>();
    for (Evidence piece : pieces) {
      more.computeIfAbsent(piece.subject(), subject -> new ArrayList<>()).add(piece);
      if (Standings.isAppraised(piece.subject())) {
        concerned.add(piece.subject());
      } else {
        standings.followers(piece.subject()).forEach(one -> concerned.add(one.subject));
      }
    }
    Weighed weighed = new Weighed();
    for (Subject subject : concerned) {
      List<Evidence> own = own(subject);
      List<Evidence> with = new ArrayList<>(own);
      with.addAll(more.getOrDefault(subject, List.of()));
      weighed.weigh(subject, by, standings.counting(own), by, standings.counting(with, more));
    }
    return weighed.impact(false, List.of());
  }

  /** What another policy would do: today, and in every case there can be. */
  Impact of(InForce former, Policy policy) {
    PolicyDiff diff = PolicyDiff.between(former.policy(), policy);
    List<String> notes = new ArrayList<>();
    diff.regions().forEach(region -> notes.add(note(region)));
    diff.unshown().forEach(region -> notes.add(note(region)));
    diff.limits().forEach(limit -> notes.add(String.valueOf(limit)));
    return everyone(former, new InForce(policy, former.references()), isWider(diff), notes);
  }

  /** What other reference values would do; that a new one is good widens what is accepted. */
  Impact of(InForce former, ReferenceValues references) {
    return everyone(
        former,
        new InForce(former.policy(), references),
        !references.equals(former.references()),
        List.of());
  }

  private Impact everyone(InForce before, InForce after, boolean widens, List<String> notes) {
    Weighed weighed = new Weighed();
    for (Standing standing : standings.appraised()) {
      List<Evidence> counting = standings.counting(standing.evidence());
      weighed.weigh(standing.subject, before, counting, after, counting);
    }
    return weighed.impact(widens, notes.subList(0, Math.min(MOST_NOTES, notes.size())));
  }

  /** What is not shown to lower is taken to widen. */
  private static boolean isWider(PolicyDiff diff) {
    Set<Change> narrowing =
        Set.of(Change.DENIES, Change.NARROWS, Change.LOWERS, Change.SHORTENS, Change.REASONS);
    return !diff.unshown().isEmpty()
        || !diff.limits().isEmpty()
        || diff.regions().stream().anyMatch(region -> !narrowing.containsAll(region.changes()));
  }

  private static String note(Region region) {
    return "%s: %s, instead of %s".formatted(region.where(), region.after(), region.before());
  }

  private List<Evidence> own(Subject subject) {
    return standings.find(subject).map(Standing::evidence).orElse(List.of());
  }

  private static Duration longestHoldDown(InForce... each) {
    return List.of(each).stream()
        .flatMap(one -> one.policy().appraise().stream())
        .map(AppraisalRule::holdDown)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** Whom it raises and whom it lowers. */
  private final class Weighed {
    private final SortedSet<Subject> raised = new TreeSet<>();
    private final SortedSet<Subject> released = new TreeSet<>();
    private final SortedSet<Subject> lowered = new TreeSet<>();
    private final SortedSet<String> held = new TreeSet<>();

    void weigh(
        Subject subject,
        InForce before,
        Collection<Evidence> without,
        InForce after,
        Collection<Evidence> with) {
      Instant now = time.now();
      for (Evidence evidence : with) {
        now = evidence.received().isAfter(now) ? evidence.received() : now;
      }
      Duration wait = longestHoldDown(before, after);
      for (Instant at : wait.isZero() ? List.of(now) : List.of(now, now.plus(wait))) {
        compare(
            before,
            before.appraise(subject, without, at),
            after,
            after.appraise(subject, with, at));
      }
    }

    private void compare(InForce before, Posture was, InForce after, Posture is) {
      Decider former = new Decider(before.policy(), was);
      Decider next = new Decider(after.policy(), is);
      if (is.tier().isWorseThan(was.tier()) || Lowered.isLess(former, next)) {
        lowered.add(was.subject());
      }
      if (was.tier().isWorseThan(is.tier()) || Lowered.isLess(next, former)) {
        raised.add(was.subject());
        if (was.tier() == Tier.CONTRAINDICATED && was.tier().isWorseThan(is.tier())) {
          released.add(was.subject());
          held.add(against(was));
        }
      }
    }

    Impact impact(boolean widens, List<String> notes) {
      List<String> all = new ArrayList<>(notes);
      held.stream().limit(MOST_NOTES).forEach(all::add);
      if (held.size() > MOST_NOTES) {
        byte[] rest = String.join("\n", held).getBytes(StandardCharsets.UTF_8);
        all.add("and so on for %d more: %s".formatted(held.size() - MOST_NOTES, Digest.of(rest)));
      }
      return new Impact(raised, released, lowered, widens, all);
    }

    /** What speaks against who would be released: whoever agrees to that must have seen it. */
    private static String against(Posture was) {
      return was.reasons().stream()
          .filter(reason -> reason.tier() == Tier.CONTRAINDICATED)
          .map(Reason::text)
          .distinct()
          .sorted()
          .collect(Collectors.joining("; ", was.subject() + " is contraindicated: ", ""));
    }
  }
}

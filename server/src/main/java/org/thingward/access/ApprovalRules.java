package org.thingward.access;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.thingward.platform.PlannedChange;
import org.thingward.trust.Impact;
import org.thingward.verify.approval.Quorum;
import org.thingward.verify.approval.QuorumReader;

/**
 * When others must agree, by what a change would do, and who (rule O3). The floor ships; settings
 * demand more, never less.
 *
 * @param raised how many devices one person raises in a day without anyone's agreement
 * @param more who must agree beyond the floor
 */
record ApprovalRules(int raised, Map<Ground, Quorum> more) {
  /** The most that one person may ever raise alone in a day. */
  static final int MOST_RAISED = 10;

  ApprovalRules {
    if (raised < 0 || raised > MOST_RAISED) {
      throw new IllegalArgumentException(
          "one person raises 0 to %d devices a day alone".formatted(MOST_RAISED));
    }
    more = Map.copyOf(more);
  }

  /**
   * Reads settings.
   *
   * @param quorums each {@code GROUND=QUORUM}, e.g. {@code release=2 of role:releaser}
   * @throws IllegalArgumentException saying what is wrong
   */
  static ApprovalRules of(int raised, List<String> quorums) {
    Map<Ground, Quorum> more = new EnumMap<>(Ground.class);
    for (String each : quorums) {
      int equals = each.indexOf('=');
      Ground ground =
          Ground.ofWord(each.substring(0, Math.max(0, equals)).strip())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "write GROUND=QUORUM, where GROUND is one of " + Ground.words()));
      if (more.put(ground, QuorumReader.read(each.substring(equals + 1))) != null) {
        throw new IllegalArgumentException("'" + ground.word() + "' is given twice");
      }
    }
    return new ApprovalRules(raised, more);
  }

  /**
   * Why others must agree; nothing if they need not.
   *
   * @param before what the same person did within a day
   * @param tooMany whether so many lowered devices are too large a share of the fleet
   */
  Set<Ground> grounds(PlannedChange change, Tally.Sum before, IntPredicate tooMany) {
    Impact impact = change.impact();
    Set<Ground> grounds = new TreeSet<>();
    change.stake().matters().forEach(matter -> grounds.add(Ground.of(matter)));
    if (!impact.released().isEmpty()) {
      grounds.add(Ground.RELEASE);
    }
    if (!impact.raised().isEmpty() && before.raised() + impact.raised().size() > raised) {
      grounds.add(Ground.RAISE);
    }
    if (impact.widens()) {
      grounds.add(Ground.WIDEN);
    }
    if (!impact.lowered().isEmpty() && tooMany.test(before.lowered() + impact.lowered().size())) {
      grounds.add(Ground.LOWER);
    }
    return grounds;
  }

  /** What is configured beyond the floors. */
  List<Quorum> more(Set<Ground> grounds) {
    List<Quorum> all = new ArrayList<>();
    grounds.forEach(ground -> Optional.ofNullable(more.get(ground)).ifPresent(all::add));
    return all;
  }
}

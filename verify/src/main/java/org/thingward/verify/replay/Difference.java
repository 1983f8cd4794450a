package org.thingward.verify.replay;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Tier;
import org.thingward.trust.Verdict;
import org.thingward.verify.diff.Change;

/**
 * What decisions have in common that differ alike.
 *
 * @param request what was asked for
 * @param verdict the verdict on record
 * @param tier the tier on record
 * @param verdictAfter the verdict under the other policy
 * @param tierAfter the tier under the other policy
 * @param changes in which ways they differ, the gravest first
 * @param why the reason under the other policy
 */
public record Difference(
    RequestKind request,
    Verdict verdict,
    Tier tier,
    Verdict verdictAfter,
    Tier tierAfter,
    Set<Change> changes,
    String why) {
  public Difference {
    EnumSet<Change> copy = EnumSet.noneOf(Change.class);
    copy.addAll(changes);
    changes = Collections.unmodifiableSet(copy);
  }
}

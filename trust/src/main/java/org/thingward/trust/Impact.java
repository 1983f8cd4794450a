package org.thingward.trust;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a change would do to devices and services, found out before it is done (rule O3).
 *
 * @param raised those that would be trusted more, or have more rights
 * @param released those of them that are contraindicated now, and would not be
 * @param lowered those that would be trusted less, or have less rights
 * @param widens whether more is permitted in some case, be anybody in that case now or not
 * @param notes what else there is to know of it, for a person
 */
public record Impact(
    SortedSet<Subject> raised,
    SortedSet<Subject> released,
    SortedSet<Subject> lowered,
    boolean widens,
    List<String> notes) {
  /** It changes nobody's trust. */
  public static final Impact NOTHING =
      new Impact(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), false, List.of());

  /** It raises these, none of which is contraindicated, and lowers those. */
  public static Impact of(Collection<Subject> raised, Collection<Subject> lowered) {
    return new Impact(
        new TreeSet<>(raised), new TreeSet<>(), new TreeSet<>(lowered), false, List.of());
  }

  public Impact {
    raised = Collections.unmodifiableSortedSet(new TreeSet<>(raised));
    released = Collections.unmodifiableSortedSet(new TreeSet<>(released));
    lowered = Collections.unmodifiableSortedSet(new TreeSet<>(lowered));
    notes = List.copyOf(notes);
  }

  /** Whether nobody is trusted more by it, now or in any case. */
  public boolean onlyLowers() {
    return raised.isEmpty() && !widens;
  }

  /** What both together do, if neither undoes the other. */
  public Impact and(Impact other) {
    List<String> allNotes = new ArrayList<>(notes);
    allNotes.addAll(other.notes);
    return new Impact(
        union(raised, other.raised),
        union(released, other.released),
        union(lowered, other.lowered),
        widens || other.widens,
        allNotes);
  }

  private static SortedSet<Subject> union(Set<Subject> some, Set<Subject> others) {
    SortedSet<Subject> union = new TreeSet<>(some);
    union.addAll(others);
    return union;
  }
}

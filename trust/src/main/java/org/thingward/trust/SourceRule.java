package org.thingward.trust;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a registered source may state (rule T1).
 *
 * @param name the source's name
 * @param states the kinds of evidence it may state, each with the kinds of subject it may be about
 * @param worst the worst tier that its evidence can give a component
 * @param raises whether its evidence can raise trust: affirm a component, meet a requirement, end
 *     what was stated before. What does not raise can only lower
 */
public record SourceRule(
    String name, SortedMap<String, Set<SubjectKind>> states, Tier worst, boolean raises) {
  public SourceRule {
    TreeMap<String, Set<SubjectKind>> copy = new TreeMap<>();
    states.forEach((kind, subjects) -> copy.put(kind, Set.copyOf(subjects)));
    states = Collections.unmodifiableSortedMap(copy);
  }

  /** Whether it may state evidence of this kind about this kind of subject. */
  public boolean mayState(String kind, SubjectKind about) {
    Set<SubjectKind> subjects = ((Map<String, Set<SubjectKind>>) states).get(kind);
    return subjects != null && subjects.contains(about);
  }
}

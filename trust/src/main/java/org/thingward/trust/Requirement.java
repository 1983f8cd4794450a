package org.thingward.trust;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must be stated of a subject, by a source that may raise, for its tier to be better than
 * none.
 *
 * @param components the components about which anything must be stated
 * @param attest the claims that must be stated of the subject itself, and judged by a rule, each
 *     with how long ago that may be: the interval of re-attestation
 */
public record Requirement(Set<Component> components, SortedMap<String, Duration> attest) {
  public Requirement {
    components = Set.copyOf(components);
    attest = Collections.unmodifiableSortedMap(new TreeMap<>(attest));
  }
}

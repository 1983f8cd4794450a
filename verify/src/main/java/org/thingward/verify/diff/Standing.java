package org.thingward.verify.diff;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.thingward.trust.Component;
import org.thingward.trust.Requirement;
import org.thingward.trust.Tier;

/**
 * What some statements come to under one policy, as far as decisions tell it apart.
 *
 * @param worst the worst tier they give; affirming if none is worse
 * @param impostor whether the identity itself is contraindicated
 * @param any whether anything is stated by a source that may raise
 * @param stated the components about which one states anything
 * @param attested the claims that one states of the subject itself
 */
record Standing(
    Tier worst, boolean impostor, boolean any, Set<Component> stated, Set<String> attested) {
  static final Standing NOTHING = new Standing(Tier.AFFIRMING, false, false, Set.of(), Set.of());

  Standing {
    EnumSet<Component> copy = EnumSet.noneOf(Component.class);
    copy.addAll(stated);
    stated = copy;
    attested = Set.copyOf(attested);
  }

  Standing with(Standing other) {
    EnumSet<Component> both = EnumSet.copyOf(stated);
    both.addAll(other.stated);
    Set<String> claims = new HashSet<>(attested);
    claims.addAll(other.attested);
    return new Standing(
        worst.worse(other.worst), impostor || other.impostor, any || other.any, both, claims);
  }

  /** The same, with no regard to what is not in {@code some}. */
  Standing over(Requirement some) {
    EnumSet<Component> left = EnumSet.copyOf(stated);
    left.retainAll(some.components());
    Set<String> claims = new HashSet<>(attested);
    claims.retainAll(some.attest().keySet());
    return new Standing(worst, impostor, any, left, claims);
  }

  /** Whether a requirement is not met, whatever the time. */
  boolean misses(Requirement required) {
    return !stated.containsAll(required.components())
        || !attested.containsAll(required.attest().keySet());
  }

  /** The tier where {@code required} must be stated. */
  Tier tier(Requirement required) {
    return misses(required) || !any ? worst.worse(Tier.NONE) : worst;
  }
}

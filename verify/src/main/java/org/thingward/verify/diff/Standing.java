package org.thingward.verify.diff;

import java.util.EnumSet;
import java.util.Set;
import org.thingward.trust.Component;
import org.thingward.trust.Tier;

/**
 * What some statements come to under one policy, as far as decisions tell it apart.
 *
 * @param worst the worst tier they give; affirming if none is worse
 * @param impostor whether the identity itself is contraindicated
 * @param any whether anything is stated by a source that may raise
 * @param stated the components about which one states anything
 */
record Standing(Tier worst, boolean impostor, boolean any, Set<Component> stated) {
  static final Standing NOTHING = new Standing(Tier.AFFIRMING, false, false, Set.of());

  Standing {
    EnumSet<Component> copy = EnumSet.noneOf(Component.class);
    copy.addAll(stated);
    stated = copy;
  }

  Standing with(Standing other) {
    EnumSet<Component> both = EnumSet.copyOf(stated);
    both.addAll(other.stated);
    return new Standing(
        worst.worse(other.worst), impostor || other.impostor, any || other.any, both);
  }

  /** The same, with no regard to components beside {@code some}. */
  Standing over(Set<Component> some) {
    EnumSet<Component> left = EnumSet.copyOf(stated);
    left.retainAll(some);
    return new Standing(worst, impostor, any, left);
  }

  /** Whether a requirement is not met. */
  boolean misses(Set<Component> required) {
    return !stated.containsAll(required);
  }

  /** The tier where {@code required} must be stated. */
  Tier tier(Set<Component> required) {
    return misses(required) || !any ? worst.worse(Tier.NONE) : worst;
  }
}

package org.thingward.verify.diff;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.trust.Rights;

/** Compares rights by what they let through, each pair once. Not for several threads. */
final class RightsComparison {
  private final Map<List<Rights>, Boolean> known = new HashMap<>();

  /** Whether anything may be published, received or subscribed to under {@code one} alone. */
  boolean hasMore(Rights one, Rights other) {
    return !one.equals(other)
        && known.computeIfAbsent(List.of(one, other), pair -> compared(one, other));
  }

  private static boolean compared(Rights one, Rights other) {
    return Topics.matchedOnlyBy(one.publish(), other.publish()).isPresent()
        || Topics.matchedOnlyBy(one.receive(), other.receive()).isPresent()
        || Topics.subscribedOnlyBy(one.receive(), other.receive()).isPresent();
  }
}

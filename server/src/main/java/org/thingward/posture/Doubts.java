package org.thingward.posture;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

/**
 * About whom the database held evidence that the log does not know (rule L4): somebody wrote there
 * behind our back, so they are of tier none, whatever else is known, until an operator has looked.
 */
final class Doubts {
  private static final ClaimValue RELEASE = new ClaimValue.Word("release");

  private final Map<Subject, Instant> since = new ConcurrentHashMap<>();

  void add(Map<Subject, Instant> found) {
    found.forEach((subject, at) -> since.merge(subject, at, (a, b) -> a.isAfter(b) ? a : b));
  }

  /**
   * Whether a doubt remains about {@code subject}, or a product or release that it follows. About a
   * device it ends by an operator's later release, about the others by what is stated later.
   */
  boolean remain(Subject subject, Collection<Evidence> counting) {
    if (since.isEmpty()) {
      return false;
    }
    return isOpen(subject, counting)
        || counting.stream().anyMatch(piece -> isOpen(piece.subject(), counting));
  }

  private boolean isOpen(Subject about, Collection<Evidence> counting) {
    Instant from = since.get(about);
    return from != null
        && counting.stream()
            .filter(piece -> piece.subject().equals(about) && piece.received().isAfter(from))
            .noneMatch(piece -> !Standings.isAppraised(about) || isRelease(piece));
  }

  private static boolean isRelease(Evidence piece) {
    return piece.source().equals(PostureRoutes.SOURCE)
        && RELEASE.equals(piece.claims().get(PostureRoutes.ORDER_CLAIM));
  }
}

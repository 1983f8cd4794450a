package org.thingward.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Reason;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;

/** Tells the room of changes of posture as the room of postures would. */
final class Postures {
  private Postures() {}

  /** A fall to contraindicated for these reasons. */
  static void contraindicate(Installation here, Subject subject, List<Evidence> because) {
    tell(here, subject, Tier.CONTRAINDICATED, because);
  }

  static void affirm(Installation here, Subject subject) {
    tell(here, subject, Tier.AFFIRMING, List.of());
  }

  private static void tell(Installation here, Subject subject, Tier tier, List<Evidence> because) {
    Digest none = Digest.of(new byte[0]);
    List<Reason> reasons =
        because.stream()
            .map(piece ->
                new Reason(
                    Component.CONFIGURATION,
                    tier,
                    "appraise[0]",
                    "the test says so",
                    Optional.of(piece.id()),
                    false))
            .toList();
    Posture after =
        new Posture(
            subject,
            tier,
            new TrustVector(Map.of(Component.CONFIGURATION, tier)),
            reasons,
            new TreeSet<>(),
            new TreeSet<>(),
            false,
            because.stream().map(Evidence::id).toList(),
            none,
            none,
            here.time.now(),
            Evidence.NO_END);
    Optional<Posture> before = Optional.ofNullable(here.postures.put(subject, after));
    here.identity.posturesChanged(List.of(new PostureChange(before, after)));
  }
}

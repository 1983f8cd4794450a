package org.thingward.posture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Policy;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/**
 * Where one source states evidence, and hears what it stated before: its own, and nobody else's.
 */
record SourceSink(String source, Standings standings, Appraiser appraiser, SteadyTime time)
    implements EvidenceSink {
  @Override
  public Receipt state(Evidence evidence) {
    Intake.check(appraiser.inForce().policy(), source, evidence, time.now());
    Standing standing = standings.of(evidence.subject());
    Kept piece = Kept.unwritten(evidence);
    Optional<Receipt> known = standing.find(piece.id()).flatMap(Kept::receipt);
    return known.isPresent() ? known.get() : appraiser.take(standing, piece);
  }

  @Override
  public List<Receipt> stateAll(List<Evidence> pieces) {
    Policy policy = appraiser.inForce().policy();
    pieces.forEach(piece -> Intake.check(policy, source, piece, time.now()));
    Map<Standing, List<Kept>> bySubject = new TreeMap<>();
    for (Evidence evidence : pieces) {
      bySubject
          .computeIfAbsent(standings.of(evidence.subject()), subject -> new ArrayList<>())
          .add(Kept.unwritten(evidence));
    }
    appraiser.takeAll(bySubject);
    return pieces.stream()
        .map(piece -> standings.of(piece.subject()).find(piece.id()).flatMap(Kept::receipt))
        .map(Optional::orElseThrow)
        .toList();
  }

  @Override
  public Optional<Stated> newest(Subject subject, String kind) {
    return standings
        .find(subject)
        .flatMap(standing -> standing.newest(source, kind))
        .map(piece -> new Stated(piece.evidence(), piece.receipt()));
  }
}

package org.thingward.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Keeps what is stated, and does before that what the test asks for. */
final class RecordingSink implements EvidenceSink {
  private final List<Evidence> stated = new ArrayList<>();
  private final Map<Subject, Evidence> newest = new HashMap<>();
  private volatile Consumer<Evidence> before = evidence -> {};

  @Override
  public Receipt state(Evidence evidence) {
    before.accept(evidence);
    synchronized (stated) {
      stated.add(evidence);
      newest.put(evidence.subject(), evidence);
    }
    return new Receipt(Digest.of(evidence.canonical()));
  }

  @Override
  public Optional<Stated> newest(Subject subject, String kind) {
    synchronized (stated) {
      return Optional.ofNullable(newest.get(subject))
          .filter(evidence -> evidence.kind().equals(kind))
          .map(evidence -> new Stated(evidence, Optional.empty()));
    }
  }

  void before(Consumer<Evidence> before) {
    this.before = before;
  }

  /** What was stated since this was last asked. */
  List<Evidence> take() {
    synchronized (stated) {
      List<Evidence> taken = List.copyOf(stated);
      stated.clear();
      return taken;
    }
  }
}

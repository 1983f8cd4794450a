package org.thingward.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;

/** Keeps what is stated, and does before that what the test asks for. */
final class RecordingSink implements EvidenceSink {
  private final List<Evidence> stated = new ArrayList<>();
  private volatile Consumer<Evidence> before = evidence -> {};

  @Override
  public Receipt state(Evidence evidence) {
    before.accept(evidence);
    synchronized (stated) {
      stated.add(evidence);
    }
    return new Receipt(Digest.of(evidence.canonical()));
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

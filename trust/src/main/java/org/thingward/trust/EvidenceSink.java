package org.thingward.trust;

import java.util.List;
import java.util.Optional;

/**
 * Where one source states its evidence. Each source holds a sink that is bound to its name (T1).
 */
public interface EvidenceSink {
  /**
   * Takes a piece of evidence, appraises its subject, and returns once both are durable. Stating
   * the same evidence again changes nothing. A fall that it causes acts before this returns (T6).
   *
   * @throws EvidenceRefused if this source may not state it, or it contradicts the policy's
   *     declaration of its kind; nothing was changed
   */
  Receipt state(Evidence evidence);

  /**
   * Takes several pieces, as {@link #state} takes each in this order; a sink that can appraises
   * those about one subject together and makes all of them durable at once.
   *
   * @return a receipt for each, in order
   * @throws EvidenceRefused if this source may not state one of them; what came before it may have
   *     been taken
   */
  default List<Receipt> stateAll(List<Evidence> pieces) {
    return pieces.stream().map(this::state).toList();
  }

  /**
   * What this source stated last of this kind about a subject: what a source goes by that must not
   * believe its own database (rule L4).
   */
  Optional<Stated> newest(Subject subject, String kind);

  /**
   * A piece of evidence that was taken.
   *
   * @param receipt of its ledger entry; empty while it acts and waits for that
   */
  record Stated(Evidence evidence, Optional<Receipt> receipt) {}
}

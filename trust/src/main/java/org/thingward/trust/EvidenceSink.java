package org.thingward.trust;

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
}

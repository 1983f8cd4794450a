package org.thingward.verify.tpm;

import java.security.NoSuchAlgorithmException;
import java.security.Signature;

/** Whose arithmetic verifies signatures: they differ in speed alone. */
@FunctionalInterface
public interface Signatures {
  /** The JDK's own. */
  Signatures JDK = Signature::getInstance;

  /**
   * A verifier, not yet begun.
   *
   * @param name as JCA has it, e.g. {@code SHA256withECDSA}
   */
  Signature named(String name) throws NoSuchAlgorithmException;
}

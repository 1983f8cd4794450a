package org.thingward.verify.tpm;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
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

  /**
   * The same key in the form that these verifiers have of it: another's they translate anew for
   * each signature.
   */
  default PublicKey own(PublicKey key) throws GeneralSecurityException {
    return key;
  }
}

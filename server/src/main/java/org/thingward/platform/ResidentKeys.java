package org.thingward.platform;

import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * Takes up that a device's TPM said that a key is in it, where another room verified that; the room
 * {@code attestation} implements it, and {@link HardwareKeys} then knows.
 */
@FunctionalInterface
public interface ResidentKeys {
  /**
   * States it as evidence.
   *
   * @param device whose TPM it is, known as its alone
   * @param key the digest of the key's SubjectPublicKeyInfo
   * @param raw the digest of what the TPM said
   */
  void state(Subject device, Digest key, Digest raw);
}

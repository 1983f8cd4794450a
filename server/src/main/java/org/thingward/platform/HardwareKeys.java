package org.thingward.platform;

import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * Which keys are known to be held in a device's hardware, and nowhere else; the room {@code
 * attestation} implements it.
 */
@FunctionalInterface
public interface HardwareKeys {
  /** Whether the key, by the digest of its SubjectPublicKeyInfo, cannot leave this device. */
  boolean holds(Subject device, Digest key);
}

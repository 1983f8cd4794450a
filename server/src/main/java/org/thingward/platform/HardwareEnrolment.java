package org.thingward.platform;

import java.util.Optional;
import org.thingward.trust.Subject;

/**
 * Lets a device enrol whose TPM has just proved itself, without an operator; the room {@code
 * identity} implements it. Each gives the text of a token by which the device enrols a key, once
 * and within minutes: durable, with its ledger entry, when it returns.
 */
public interface HardwareEnrolment {
  /** For a device that never had a certificate; empty if it had one. */
  Optional<String> first(Subject device);

  /** For a device whose former key two held (rule I3). */
  String again(Subject device);
}

package org.thingward.attestation;

import org.thingward.platform.Peer;
import org.thingward.trust.Receipt;

/**
 * A type of evidence that devices send over a nonce (RFC 9334 §4.2, §10.2): how it is verified, and
 * what it then says. {@link EvidenceRoutes} opens a path for each.
 */
interface EvidenceType {
  /** Its name: the last part of its path. */
  String name();

  /** How many bytes of it are read at most. */
  int longest();

  /**
   * Verifies what a device sent, and states what it shows as claims, which nobody judged yet.
   *
   * @param device a device, by the certificate that it came with
   * @param nonce what the device was given for this, and for nothing else
   * @throws org.thingward.platform.Problem with the reason, if it is not authentic and fresh
   */
  Receipt take(Peer device, byte[] sent, byte[] nonce);
}

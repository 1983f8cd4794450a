package org.thingward.platform;

import java.security.interfaces.ECPublicKey;

/**
 * The key by which this installation signs what it tells relying parties of devices, and nothing
 * else. The room {@code identity} keeps it, like other keys.
 */
public interface ResultKey {
  /** Its public key, on P-256. */
  ECPublicKey publicKey();

  /** An ECDSA signature over SHA-256 of the message: r and s, 32 bytes each. */
  byte[] sign(byte[] message);
}

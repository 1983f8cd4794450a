package org.thingward.posture;

import java.util.Arrays;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;

/**
 * A record as it was written.
 *
 * @param canonical its bytes
 * @param receipt the receipt of its entry
 */
record Stored(byte[] canonical, Receipt receipt) {
  static Stored of(byte[] canonical, byte[] receipt) {
    return new Stored(canonical, new Receipt(Digest.wrap(receipt)));
  }

  boolean sameAs(Stored other) {
    return receipt.equals(other.receipt) && Arrays.equals(canonical, other.canonical);
  }
}

package org.thingward.trust;

/** How strongly a statement about a device is bound to that device, weakest first. */
public enum AssuranceLevel {
  /** Seen on the wire only. */
  L0,
  /** Vouched for by an attested gateway. */
  L1,
  /** Proved with a secret derived for this device. */
  L2,
  /** Proved with a key held in software. */
  L3,
  /** Proved with a key held in hardware. */
  L4,
  /** Proved with a key held in hardware whose use is bound to a measured boot. */
  L5;

  public boolean atLeast(AssuranceLevel other) {
    return compareTo(other) >= 0;
  }
}

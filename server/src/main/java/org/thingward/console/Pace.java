package org.thingward.console;

import org.thingward.platform.Time;

/** A bound on requests a second, with bursts: a bucket that fills steadily. */
final class Pace {
  private final double perSecond;
  private final double burst;
  private final Time time;
  private double left;
  private long filled;

  Pace(double perSecond, double burst, Time time) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.time = time;
    this.left = burst;
    this.filled = time.nanos();
  }

  /** Takes one request from the bucket; false if it is empty. */
  synchronized boolean admits() {
    long now = time.nanos();
    left = Math.min(burst, left + (now - filled) / 1e9 * perSecond);
    filled = now;
    if (left < 1) {
      return false;
    }
    left -= 1;
    return true;
  }
}

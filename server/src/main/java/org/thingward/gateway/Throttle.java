package org.thingward.gateway;

/** A token bucket: so many a second, and as many at once. On one thread only. */
final class Throttle {
  private static final long SECOND = 1_000_000_000L;

  private final long perSecond;
  private final double perNano;
  private double tokens;
  private long last;

  Throttle(int perSecond, long now) {
    this.perSecond = perSecond;
    this.perNano = (double) perSecond / SECOND;
    this.tokens = perSecond;
    this.last = now;
  }

  /** Takes one if there is one. */
  boolean tryTake(long now) {
    refill(now);
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /** Takes one; returns for how many nanoseconds nothing more should be taken, 0 for none. */
  long take(long now) {
    refill(now);
    tokens--;
    return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perNano);
  }

  private void refill(long now) {
    tokens = Math.min(perSecond, tokens + (now - last) * perNano);
    last = now;
  }
}

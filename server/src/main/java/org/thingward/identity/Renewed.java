package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Time;

/**
 * A credential of this server itself, which lives in memory: made at start, and anew in the
 * background well before it ends.
 *
 * @param <C> what it is
 */
final class Renewed<C> {
  /** How long the certificate of such a credential lasts. */
  static final Duration LIFE = Duration.ofDays(30);

  private static final Logger LOG = LoggerFactory.getLogger(Renewed.class);
  private static final Duration RENEWED_AFTER = Duration.ofDays(20);

  private final String name;
  private final Function<Instant, C> making;
  private final Time time;
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile Made<C> made;

  private record Made<C>(C credential, Instant renewal) {}

  /**
   * Makes the first.
   *
   * @param name what it is, as the log calls it
   * @param making makes one that lasts {@link #LIFE} from the instant given
   */
  Renewed(String name, Function<Instant, C> making, Time time) {
    this.name = name;
    this.making = making;
    this.time = time;
    this.made = make(time.now());
  }

  /** The one to use now. Answers at once; a new one is made in the background. */
  C current() {
    Instant now = time.now();
    Made<C> newest = made;
    if (!now.isBefore(newest.renewal()) && renewing.compareAndSet(false, true)) {
      Thread.ofVirtual().name("renewal").start(() -> renew(now));
    }
    return newest.credential();
  }

  private void renew(Instant now) {
    try {
      made = make(now);
    } catch (RuntimeException e) {
      LOG.error("The {} could not be renewed; the old one is used", name, e);
    } finally {
      renewing.set(false);
    }
  }

  private Made<C> make(Instant now) {
    return new Made<>(making.apply(now), now.plus(RENEWED_AFTER));
  }
}

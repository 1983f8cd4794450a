package org.thingward.platform;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Instants that run on monotonic time (rule T7): begun at the wall clock, they follow it slowly
 * while the two agree, and never follow a jump. Nothing ends early or late because someone set the
 * clock.
 *
 * <p>Once wall clock and monotonic time differ by more than {@link #TOLERANCE}, that is a {@link
 * Jump}; it lasts until they agree again, e.g. because the clock was set right, or until a person
 * accepts the wall clock.
 */
public final class SteadyTime implements Time {
  /** How far the wall clock may be off before that is a jump. */
  public static final Duration TOLERANCE = Duration.ofSeconds(5);

  /** A clock that runs off slowly is followed by at most this part of the time that passes. */
  private static final int FOLLOWS = 20;

  private static final long CHECK_NANOS = Duration.ofMillis(10).toNanos();
  private static final long FOLLOW_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * The wall clock does not agree with monotonic time.
   *
   * @param since when that was noticed, in steady time
   * @param offset how far the wall clock was ahead then; negative if behind
   */
  public record Jump(Instant since, Duration offset) {}

  private record Anchor(Instant at, long nanos) {
    Instant plus(long now) {
      return at.plusNanos(now - nanos);
    }
  }

  private final Time machine;
  private volatile Anchor anchor;
  private volatile long checked;
  private volatile Optional<Jump> jump = Optional.empty();

  /** Begins at what {@code machine} says now. */
  public SteadyTime(Time machine) {
    this.machine = machine;
    this.checked = machine.nanos();
    this.anchor = new Anchor(machine.now(), checked);
  }

  @Override
  public Instant now() {
    long nanos = machine.nanos();
    if (nanos - checked >= CHECK_NANOS) {
      check();
    }
    return anchor.plus(nanos).truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public long nanos() {
    return machine.nanos();
  }

  /** The jump that lasts at this moment. */
  public Optional<Jump> jump() {
    check();
    return jump;
  }

  /** How far the wall clock is ahead at this moment; negative if behind. */
  public synchronized Duration offset() {
    return Duration.between(anchor.plus(machine.nanos()), machine.now());
  }

  /**
   * Takes the wall clock for right from now on; returns the jump that this ends, if there is one.
   */
  public synchronized Optional<Jump> accept() {
    Optional<Jump> ended = jump;
    anchor = new Anchor(machine.now(), machine.nanos());
    jump = Optional.empty();
    return ended;
  }

  /**
   * Something on record happened at {@code seen}: it is no earlier than that now. A wall clock that
   * was set back while nothing ran is found so.
   */
  public synchronized void isAfter(Instant seen) {
    if (anchor.plus(machine.nanos()).plus(TOLERANCE).isBefore(seen)) {
      anchor = new Anchor(seen, machine.nanos());
      check();
    }
  }

  private synchronized void check() {
    long nanos = machine.nanos();
    checked = nanos;
    Instant steady = anchor.plus(nanos);
    Duration offset = Duration.between(steady, machine.now());
    if (offset.abs().compareTo(TOLERANCE) > 0) {
      if (jump.isEmpty()) {
        jump = Optional.of(new Jump(steady.truncatedTo(ChronoUnit.MICROS), offset));
      }
      return;
    }
    jump = Optional.empty();
    long passed = nanos - anchor.nanos();
    if (passed >= FOLLOW_NANOS) {
      long most = passed / FOLLOWS;
      long step = Math.clamp(offset.toNanos(), -most, most);
      anchor = new Anchor(steady.plusNanos(step), nanos);
    }
  }
}

package org.thingward.inventory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.thingward.trust.Tier;

/**
 * When which device changed its tier, as far back as anybody can ask. Kept per device, so that what
 * is counted is what the asker may see, and what a query finds.
 *
 * <p>Bounded: of a device that changes often, only those changes are kept that a count still shows,
 * at most 456 and the last, whatever it does.
 */
final class TierHistory {
  /** How far back a count goes, and how far apart its moments are; they are whole steps of UTC. */
  enum Span {
    HOUR(Duration.ofHours(1), Duration.ofSeconds(15)),
    DAY(Duration.ofDays(1), Duration.ofMinutes(15)),
    MONTH(Duration.ofDays(30), Duration.ofHours(6));

    static final List<String> WORDS = Arrays.stream(values()).map(Span::word).toList();

    final long length;
    final long step;

    Span(Duration length, Duration step) {
      this.length = micros(length);
      this.step = micros(step);
    }

    private static long micros(Duration duration) {
      return TimeUnit.MILLISECONDS.toMicros(duration.toMillis());
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The first moment that is not before {@code time}. */
    private long atOrAfter(long time) {
      return Math.ceilDiv(time, step) * step;
    }
  }

  /** A count at one moment; a device counts from its first posture on. */
  record Count(Instant at, Map<Tier, Integer> devices) {}

  private static final int THINNED_FROM = 16;
  private static final long[] NOTHING = {};

  /** By device: what {@link #moment} makes of each change, in order of time. */
  private final Map<String, long[]> changes = new ConcurrentHashMap<>();

  /** The longest that is remembered. */
  static Instant oldest(Instant now) {
    return now.minus(Span.MONTH.length, ChronoUnit.MICROS);
  }

  /**
   * From {@code at} on, the device was of this tier. Told again, or out of order, it is the same.
   */
  void became(String device, Instant at, Tier tier, Instant now) {
    changes.merge(
        device,
        new long[] {moment(at, tier)},
        (before, change) -> with(before, change[0], micros(now)));
  }

  private static long moment(Instant at, Tier tier) {
    return micros(at) << 2 | tier.ordinal();
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  private static long time(long moment) {
    return moment >> 2;
  }

  private static int tier(long moment) {
    return (int) moment & 3;
  }

  private static long[] with(long[] before, long change, long now) {
    int at = before.length;
    while (at > 0 && time(before[at - 1]) > time(change)) {
      at--;
    }
    if (at > 0 && tier(before[at - 1]) == tier(change)) {
      return before;
    }
    long[] after = Arrays.copyOf(before, before.length + 1);
    System.arraycopy(before, at, after, at + 1, before.length - at);
    after[at] = change;
    return after.length < THINNED_FROM ? after : thinned(after, now);
  }

  /** Without what no count shows any more, at this time or a later one. */
  private static long[] thinned(long[] all, long now) {
    return IntStream.range(0, all.length)
        .filter(i -> i == all.length - 1 || isShown(time(all[i]), time(all[i + 1]), now))
        .mapToLong(i -> all[i])
        .toArray();
  }

  private static boolean isShown(long from, long until, long now) {
    for (Span span : Span.values()) {
      if (span.atOrAfter(Math.max(from, now - span.length)) < until) {
        return true;
      }
    }
    return false;
  }

  /** How many changes of a device are kept. For tests. */
  int kept(String device) {
    return changes.getOrDefault(device, NOTHING).length;
  }

  /**
   * How many of these devices stood in each tier, at each moment of the span and at {@code now}.
   */
  List<Count> count(Iterable<String> devices, Span span, Instant now) {
    long[] moments = moments(span, micros(now));
    int[][] steps = new int[Tier.values().length][moments.length + 1];
    for (String device : devices) {
      long[] own = changes.getOrDefault(device, NOTHING);
      for (int i = 0; i < own.length; i++) {
        int from = index(moments, time(own[i]));
        int until = i + 1 < own.length ? index(moments, time(own[i + 1])) : moments.length;
        steps[tier(own[i])][from]++;
        steps[tier(own[i])][until]--;
      }
    }
    return summed(moments, steps);
  }

  private static long[] moments(Span span, long now) {
    long first = span.atOrAfter(now - span.length);
    LongStream whole = LongStream.iterate(first, at -> at < now, at -> at + span.step);
    return LongStream.concat(whole, LongStream.of(now)).toArray();
  }

  /** The first of the moments at which a change of this time shows. */
  private static int index(long[] moments, long time) {
    int at = Arrays.binarySearch(moments, time);
    return Math.min(at >= 0 ? at : -at - 1, moments.length - 1);
  }

  private static List<Count> summed(long[] moments, int[][] steps) {
    int[] standing = new int[steps.length];
    return IntStream.range(0, moments.length)
        .mapToObj(i -> {
          Map<Tier, Integer> devices = new EnumMap<>(Tier.class);
          for (Tier tier : Tier.values()) {
            standing[tier.ordinal()] += steps[tier.ordinal()][i];
            devices.put(tier, standing[tier.ordinal()]);
          }
          return new Count(Instant.EPOCH.plus(moments[i], ChronoUnit.MICROS), devices);
        })
        .toList();
  }
}

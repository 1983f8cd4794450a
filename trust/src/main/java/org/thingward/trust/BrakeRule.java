package org.thingward.trust;

import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * When the brake holds back what a fall means for live grants (rule T8): one cause, such as
 * staleness, a change of policy or one source, lowers more than a share of a scope within a window.
 *
 * @param percent the share of a scope that may fall at once, 0 to 100; at 100 nothing is braked
 * @param devices the least number of falls that is braked, so that a small fleet's ordinary falls
 *     are not
 * @param window within which falls of one cause are counted together
 * @param hold for how long live grants persist
 * @param scopes what the share is taken of
 * @param sources whose evidence about many single devices counts as one cause too. Evidence of any
 *     other source about a device itself is never held back
 */
public record BrakeRule(
    int percent,
    int devices,
    Duration window,
    Duration hold,
    Set<Scope> scopes,
    SortedSet<String> sources) {
  /** What holds where a policy says nothing. */
  public static final BrakeRule DEFAULT =
      new BrakeRule(
          5,
          10,
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Set.of(Scope.FLEET, Scope.PRODUCT),
          new TreeSet<>(Set.of("inventory")));

  /** What a share is taken of: those in it that may connect. */
  public enum Scope {
    /** All devices. */
    FLEET,
    /** The devices of one product. */
    PRODUCT;

    /** The lower-case word used in policies and the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public BrakeRule {
    scopes = Set.copyOf(scopes);
    sources = Collections.unmodifiableSortedSet(new TreeSet<>(sources));
  }

  /** Whether so many falls of one cause are too many for a scope of {@code all} devices. */
  public boolean brakes(int fallen, int all) {
    return fallen >= devices && (long) fallen * 100 > (long) percent * all;
  }
}

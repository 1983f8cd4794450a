package org.thingward.posture;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.BrakeRule;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/**
 * Counts whom each cause lowered within the window, and says of which scopes they are too large a
 * share. Not safe for many threads: one weighing at a time uses it.
 */
final class Brake {
  /** The scope of all devices. */
  static final String FLEET = "fleet";

  private static final Duration RECOUNT = Duration.ofSeconds(1);

  private final Standings standings;
  private final SteadyTime time;
  private final Map<String, Map<Subject, Lowered>> recent = new HashMap<>();
  private final Map<String, Counted> counted = new HashMap<>();

  /** How many in a scope may connect, apart from those that a cause lowered. */
  private record Counted(int others, long nanos) {}

  /** So many of so many fell. */
  record Share(int lowered, int of) {}

  Brake(Standings standings, SteadyTime time) {
    this.standings = standings;
    this.time = time;
  }

  /** The scopes of which {@code cause} lowered too large a share, {@code more} included. */
  Map<String, Share> weigh(Cause cause, BrakeRule rule, List<Lowered> more, Instant now) {
    Map<Subject, Lowered> fallen =
        recent.computeIfAbsent(cause.name(), name -> new LinkedHashMap<>());
    fallen.values().removeIf(one -> one.fell().plus(rule.window()).isBefore(now));
    more.forEach(one -> fallen.put(one.subject(), one));
    Map<String, Share> tooMany = new TreeMap<>();
    for (String scope : scopes(rule, more)) {
      int lowered = (int) fallen.values().stream().filter(one -> isIn(scope, one)).count();
      if (lowered >= rule.devices()) {
        Share share = new Share(lowered, lowered + others(cause, scope, fallen.keySet()));
        if (rule.brakes(share.lowered(), share.of())) {
          tooMany.put(scope, share);
        }
      }
    }
    recent.values().removeIf(Map::isEmpty);
    return tooMany;
  }

  /** Since when evidence of this cause lowered those that are counted. */
  Optional<Instant> since(Cause cause) {
    return recent.getOrDefault(cause.name(), Map.of()).values().stream()
        .map(Lowered::since)
        .min(Instant::compareTo);
  }

  /** Begins to count anew. */
  void forget(String cause) {
    recent.remove(cause);
    counted.keySet().removeIf(key -> key.startsWith(cause));
  }

  private static Set<String> scopes(BrakeRule rule, List<Lowered> more) {
    Set<String> scopes = new HashSet<>();
    if (rule.scopes().contains(BrakeRule.Scope.FLEET)) {
      scopes.add(FLEET);
    }
    if (rule.scopes().contains(BrakeRule.Scope.PRODUCT)) {
      more.forEach(one -> one.product().ifPresent(product -> scopes.add(product.toString())));
    }
    return scopes;
  }

  static boolean isIn(String scope, Lowered one) {
    return isIn(scope, one.product());
  }

  private static boolean isIn(String scope, Optional<Subject> product) {
    return scope.equals(FLEET) || product.filter(of -> of.toString().equals(scope)).isPresent();
  }

  /** Counted at most once a second: whoever states one by one would have us count each time. */
  private int others(Cause cause, String scope, Set<Subject> fallen) {
    String key = cause.name() + " " + scope;
    Counted last = counted.get(key);
    if (last == null || time.nanos() - last.nanos() > RECOUNT.toNanos()) {
      last = new Counted(countOthers(scope, fallen), time.nanos());
      counted.put(key, last);
    }
    return last.others();
  }

  private int countOthers(String scope, Set<Subject> fallen) {
    int others = 0;
    for (Standing standing : standings.all()) {
      boolean counts =
          standing.subject.kind() == SubjectKind.DEVICE
              && !fallen.contains(standing.subject)
              && standing
                  .current()
                  .filter(now -> isIn(scope, now.posture().product()))
                  .filter(now -> now.decider().rightsToConnect().isPresent())
                  .isPresent();
      others += counts ? 1 : 0;
    }
    return others;
  }
}

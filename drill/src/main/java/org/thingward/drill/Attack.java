package org.thingward.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.Subject;

/**
 * What came of one attack: what stopped it, or how it got through.
 *
 * @param stops what stopped it, outermost layer first
 * @param breaches how it got through; empty if it was stopped
 * @param victim the subject about whom the server will have put it on record, if any
 * @param steps what was done and what was seen, in order
 */
public record Attack(
    List<Stop> stops, List<String> breaches, Optional<Subject> victim, List<Step> steps) {

  /** A part of the server that stopped an attack. */
  public enum Layer {
    TLS,
    LISTENER,
    EST,
    EVIDENCE,
    GATEWAY,
    POLICY,
    IDENTITY,
    BROKER,
    DATABASE,
    LEDGER;

    /** The lower-case word used in reports. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * One thing that stopped it.
   *
   * @param layer which part
   * @param how what was seen of it from outside
   */
  public record Stop(Layer layer, String how) {
    @Override
    public String toString() {
      return layer.word() + ": " + how;
    }
  }

  /**
   * One thing that was done, or seen from outside.
   *
   * @param after how long after the attack began
   * @param who the attacker, the victim, or the layer that stopped it
   * @param what what was done, or seen of it
   */
  public record Step(Duration after, String who, String what) {}

  public Attack {
    stops = List.copyOf(stops);
    breaches = List.copyOf(breaches);
    steps = List.copyOf(steps);
    if (stops.isEmpty() && breaches.isEmpty()) {
      throw new IllegalArgumentException("an attack is stopped by something, or gets through");
    }
  }

  public boolean stopped() {
    return breaches.isEmpty();
  }

  /** Collects what happens while an attack goes on. */
  static final class Notes {
    private final List<Stop> stops = new ArrayList<>();
    private final List<String> breaches = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final long began = System.nanoTime();

    /** What the attacker does next. */
    void attacker(String does) {
      step("attacker", does);
    }

    /** What the device does that is attacked, or that looks on. */
    void victim(String does) {
      step("victim", does);
    }

    /** What an operator orders about the drill's own devices. */
    void operator(String does) {
      step("operator", does);
    }

    private void step(String who, String what) {
      steps.add(new Step(Duration.ofNanos(System.nanoTime() - began), who, what));
    }

    void stopped(Layer layer, String how) {
      stops.add(new Stop(layer, how));
      step(layer.word(), how);
    }

    /** As {@link #stopped}, for attempts of one kind that end alike: noted once. */
    void stoppedOnce(Layer layer, String how) {
      Stop stop = new Stop(layer, how);
      if (!stops.contains(stop)) {
        stopped(layer, how);
      }
    }

    void breached(String how) {
      breaches.add(how);
      attacker("gets through: " + how);
    }

    Attack about(Subject victim) {
      return new Attack(stops, breaches, Optional.of(victim), steps);
    }

    Attack aboutNobody() {
      return new Attack(stops, breaches, Optional.empty(), steps);
    }
  }
}

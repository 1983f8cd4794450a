package org.thingward.posture;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thingward.trust.BrakeRule;
import org.thingward.trust.Decider;
import org.thingward.trust.Posture;
import org.thingward.trust.SubjectKind;

/** Weighs whom one cause lowers, before anyone is told. Without a cause it does nothing. */
final class Weighing implements AutoCloseable {
  private final Waves waves;
  private final HeldDevices held;
  private final Optional<Cause> cause;
  private final InForce by;
  private final BrakeRule rule;
  private final List<Lowered> lowered = new ArrayList<>();

  /** Begins; see {@link Waves#weigh}. */
  Weighing(Waves waves, HeldDevices held, Optional<Cause> cause, InForce by) {
    this.waves = waves;
    this.held = held;
    this.cause = cause;
    this.by = by;
    boolean change = cause.isPresent() && cause.get() instanceof Cause.Change;
    // A change is braked by the policy before it, or a bad one could take its own brake off.
    this.rule =
        change ? ((Cause.Change) cause.get()).former().policy().brake() : by.policy().brake();
    if (cause.isPresent()) {
      waves.lock();
    }
  }

  /**
   * Notes that {@code standing} is about to stand as {@code after}: before it does, and after the
   * evidence for that is kept.
   *
   * @param since when the evidence came that lowers it
   */
  void note(Standing standing, Posture after, Instant since) {
    Optional<Standing.Current> before = standing.current();
    if (cause.isEmpty() || before.isEmpty() || standing.subject.kind() != SubjectKind.DEVICE) {
      return;
    }
    Posture former = before.get().posture();
    Lowered one =
        new Lowered(
            standing.subject,
            former.product(),
            before.get().recorded(),
            since,
            former.until(),
            after.at(),
            after.reasons().isEmpty() ? "" : after.reasons().getFirst().text());
    if (lowers(cause.get(), standing, before.get(), after, one)) {
      waves.beingWeighed(standing.subject);
      lowered.add(one);
    }
  }

  /** A device that is held already is lowered if it would stand worse than it is held for. */
  private boolean lowers(
      Cause because, Standing standing, Standing.Current before, Posture after, Lowered one) {
    List<HeldDevices.Held> already = held.of(standing.subject);
    if (already.isEmpty()) {
      boolean may = because instanceof Cause.Change || before.posture().tier() != after.tier();
      return may && Lowered.isLess(before.decider(), new Decider(by.policy(), after));
    }
    List<Exemption> with = new ArrayList<>(HeldDevices.exemptions(already));
    Decider now = HeldDevices.decider(held.without(with, standing, by));
    with.add(exemption(because, one.since(), one));
    return Lowered.isLess(HeldDevices.decider(held.without(with, standing, by)), now);
  }

  private Exemption exemption(Cause because, Instant since, Lowered one) {
    boolean ofDevices =
        because instanceof Cause.Source(String source) && rule.sources().contains(source);
    return new Exemption(because, since, ofDevices, one.freshUntil());
  }

  /** Holds back what is too much. Comes before anyone is told. */
  void strike() {
    if (cause.isEmpty() || lowered.isEmpty()) {
      return;
    }
    Optional<Waves.Open> wave = waves.struck(cause.get(), rule, lowered);
    if (wave.isPresent()) {
      for (Lowered one : lowered) {
        if (wave.get().wave().scopes().stream().anyMatch(scope -> Brake.isIn(scope, one))) {
          Exemption exemption = exemption(cause.get(), wave.get().since(), one);
          held.add(
              one.subject(),
              new HeldDevices.Held(wave.get().wave().id(), exemption, one.former(), one.fell()));
        }
      }
    }
  }

  @Override
  public void close() {
    if (cause.isPresent()) {
      waves.unlock(lowered);
    }
  }
}

package org.thingward.drill;

import java.util.Optional;
import org.thingward.device.MqttSession;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/** A device that was cut off and hopes that time, or its own good word, brings it back (T1, T4). */
final class TrustByWaiting implements Drill {
  private static final int ROUNDS = 3;

  @Override
  public String id() {
    return "trust-by-waiting";
  }

  @Override
  public String attempt() {
    return "regain trust after a quarantine by waiting, by good reports of oneself, and by trying"
        + " again and again";
  }

  @Override
  public Group group() {
    return Group.EVIDENCE;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "T4",
        Defence.line(Attack.Layer.POLICY, "an operator's order has no end"),
        Defence.line(Attack.Layer.POLICY, "a contraindication outlasts the evidence for it"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice device = target.newDevice();
    Subject subject = Subject.device(device.id());
    MqttSession session = Victims.connect(device);
    notes.victim(device.id() + " is connected");
    notes.operator("puts it into quarantine");
    var unused = target.operator().order(Operator.Order.QUARANTINE, device.id(), "drill " + id());
    if (session.awaitClosed(Target.PATIENCE).isEmpty()) {
      notes.breached("the session went on in quarantine");
    }
    notes.attacker("waits, reports that all is well, connects again; " + ROUNDS + " times");
    for (int round = 0; round < ROUNDS; round++) {
      praise(device);
      Optional<?> silence = session.nextMessage(Target.SILENCE);
      if (Victims.comesBack(device)) {
        notes.breached("it was let in again after round " + (round + 1) + silence);
      }
    }
    int tier = target.operator().posture(subject).path("tier").asInt(-1);
    if (tier == Tier.CONTRAINDICATED.value()) {
      notes.stopped(Attack.Layer.POLICY, "contraindicated still: it ends by release, not by time");
    } else {
      notes.breached("its tier is " + tier + " again");
    }
    return notes.about(subject);
  }

  /** Says of itself that all is well; whether that is taken does not matter here. */
  private static void praise(SimulatedDevice device) {
    try {
      device.reportBoot(Digest.of(new byte[0]));
    } catch (ServerRefused | ServerUnreachable refused) {
      // Not even heard: the better.
    }
  }
}

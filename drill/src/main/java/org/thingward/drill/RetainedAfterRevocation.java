package org.thingward.drill;

import org.thingward.device.MqttSession;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.trust.Subject;

/** A message that the broker keeps for whoever comes later, from a device that is gone (G7). */
final class RetainedAfterRevocation implements Drill {
  private static final String KEPT = "{\"celsius\":-42}";

  @Override
  public String id() {
    return "retained-after-revocation";
  }

  @Override
  public String attempt() {
    return "leave a retained message, to be heard by services that subscribe after one's"
        + " revocation";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G7",
        Defence.line(Attack.Layer.GATEWAY, "what the device had retained is cleared"),
        Defence.line(
            Attack.Layer.GATEWAY, "what a silenced device says is withheld from everybody (G7)"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice device = target.newDevice();
    MqttSession session = Victims.connect(device);
    if (session.publishRetained(device.telemetryTopic(), KEPT) >= 0x80) {
      throw new DrillNotRun("its victim may not retain a message on its own topic");
    }
    try (Ear before = new Ear(target, device.id())) {
      if (!before.hears(KEPT)) {
        throw new DrillNotRun("the broker keeps no messages");
      }
    }
    notes.attacker("leaves a retained message on its own topic");
    notes.operator("revokes it");
    var unused = target.operator().order(Operator.Order.REVOKE, device.id(), "drill " + id());
    var closed = session.awaitClosed(Target.PATIENCE);
    try (Ear after = new Ear(target, device.id())) {
      after.expectSilence(KEPT, "what it had retained", Attack.Layer.GATEWAY, notes);
    }
    return notes.about(Subject.device(device.id()));
  }
}

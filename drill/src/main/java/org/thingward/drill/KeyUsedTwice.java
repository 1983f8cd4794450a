package org.thingward.drill;

import java.util.Optional;
import org.thingward.device.ClientTls;
import org.thingward.device.Closure;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A key copied out of a device, used while the device goes on using it (rules G8, I3). */
final class KeyUsedTwice implements Drill {
  @Override
  public String id() {
    return "key-used-twice";
  }

  @Override
  public String attempt() {
    return "use a copy of a device's key beside the device, to live on in its shadow";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "G8, I3",
        "none at once: without it the copy shows at the next renewal, as a fork (I3)",
        Defence.line(
            Attack.Layer.GATEWAY,
            "one byte on the connection that was taken over betrays the copy"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice owner = target.newDevice();
    MqttSession original = Victims.connect(owner);
    notes.victim(owner.id() + " is connected");
    notes.attacker("connects with a copy of its key; the first connection is taken over");
    MqttSession copy =
        target.mqtt().open(ClientTls.of(owner.credential()), MqttSettings.of(owner.id()));
    notes.victim("goes on reporting on the connection that it has");
    speak(owner);
    expectEnd(original, "the owner's session", notes);
    expectEnd(copy, "the thief's session", notes);
    notes.attacker("connects with the key once more");
    expectRefusal(target, owner, notes);
    return notes.about(Subject.device(owner.id()));
  }

  /** The owner does not know of the thief and goes on reporting: that is the overlap. */
  private static void speak(SimulatedDevice owner) {
    try {
      int unused = owner.publishTelemetry("{\"celsius\":21}");
    } catch (SessionClosed | ServerUnreachable cut) {
      // Being cut is what the next step looks for.
    }
  }

  private static void expectEnd(MqttSession session, String whose, Attack.Notes notes) {
    Optional<Closure> end = session.awaitClosed(Target.PATIENCE);
    end.ifPresentOrElse(
        closure -> notes.stopped(Attack.Layer.GATEWAY, whose + ": " + closure),
        () -> notes.breached(whose + " went on after both had spoken"));
    session.vanish();
  }

  private static void expectRefusal(Target target, SimulatedDevice owner, Attack.Notes notes) {
    if (Victims.comesBack(owner)) {
      notes.breached("the key was let in again afterwards");
      owner.close();
    } else {
      notes.stopped(Attack.Layer.IDENTITY, "the key is held until re-enrolment");
    }
  }
}

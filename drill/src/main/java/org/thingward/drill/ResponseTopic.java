package org.thingward.drill;

import java.util.List;
import org.thingward.device.MqttSession;
import org.thingward.device.Publication;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A request whose answer a trusted service is to send where the asker may not (rule G4). */
final class ResponseTopic implements Drill {
  private static final String ASKED = "{\"ask\":\"open\"}";

  @Override
  public String id() {
    return "response-topic";
  }

  @Override
  public String attempt() {
    return "ask a service to send its answer to a neighbour's command topic, so that it commands"
        + " the neighbour in the asker's stead";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "G4",
        "none: a service answers where it is asked to; where it may publish at all is bounded by its own rights",
        Defence.line(
            Attack.Layer.POLICY, "a Response Topic must be one that its sender may receive"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice attacker = target.newDevice();
        SimulatedDevice neighbour = target.newDevice();
        Ear ear = new Ear(target, attacker.id())) {
      notes.attacker("asks on its own topic for answers on topics of " + neighbour.id());
      for (String answer :
          List.of("c/" + neighbour.id() + "/valve", neighbour.telemetryTopic(), "$SYS/x")) {
        ask(attacker, answer, notes);
      }
      ear.expectSilence(ASKED, "the request", Attack.Layer.GATEWAY, notes);
      return notes.about(Subject.device(attacker.id()));
    }
  }

  private static void ask(SimulatedDevice attacker, String answer, Attack.Notes notes) {
    try (MqttSession session = Victims.connect(attacker)) {
      int reason =
          session.publish(Publication.of(attacker.telemetryTopic(), ASKED).answeredOn(answer));
      if (reason < 0x80) {
        notes.breached("a request for an answer on " + answer + " was accepted");
      } else {
        notes.stoppedOnce(Attack.Layer.POLICY, "PUBACK 0x%02X".formatted(reason));
      }
    } catch (SessionClosed | ServerUnreachable closed) {
      notes.stoppedOnce(Attack.Layer.GATEWAY, "closed: " + closed.getMessage());
    }
  }
}

package org.thingward.drill;

import java.util.List;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.Publication;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A device of the fleet that speaks where it has no right to (rule G4). */
final class TopicOutsideRights implements Drill {
  private static final String LIE = "{\"celsius\":-40}";

  @Override
  public String id() {
    return "topic-outside-rights";
  }

  @Override
  public String attempt() {
    return "publish as a neighbour, as a commander and as the broker, at each quality of service"
        + " and in both versions of MQTT";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "G4",
        "none: the broker trusts the gateway's connection, as SECURITY.md admits",
        Defence.line(Attack.Layer.POLICY, "the grant's rights, checked on each packet"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice attacker = target.newDevice();
        SimulatedDevice neighbour = target.newDevice();
        Ear ear = new Ear(target, neighbour.id())) {
      List<String> topics =
          List.of(
              neighbour.telemetryTopic(),
              "t/" + neighbour.id(),
              "c/" + neighbour.id() + "/valve",
              "c/" + attacker.id() + "/valve",
              "$SYS/broker/clients",
              "t/" + neighbour.id() + "/" + attacker.id(),
              "t//" + attacker.id());
      notes.attacker(
          "publishes on topics of " + neighbour.id() + " and of the broker, by MQTT 5 and 3.1.1");
      for (int version : new int[] {5, 4}) {
        for (String topic : topics) {
          publish(attacker, version, topic, notes);
        }
      }
      ear.expectSilence(LIE, "a lie in a neighbour's name", Attack.Layer.GATEWAY, notes);
      return notes.about(Subject.device(attacker.id()));
    }
  }

  private static void publish(
      SimulatedDevice attacker, int version, String topic, Attack.Notes notes) {
    Publication lie = Publication.of(topic, LIE);
    try (MqttSession session =
        Victims.connect(attacker, MqttSettings.of(attacker.id()).withVersion(version))) {
      int unanswered = session.publish(lie.unacknowledged());
      int reason = session.publish(lie);
      if (version == 5 && reason < 0x80) {
        notes.breached("publishing on " + topic + " was accepted");
      } else if (version == 5) {
        notes.stoppedOnce(Attack.Layer.POLICY, "in MQTT 5: PUBACK 0x%02X".formatted(reason));
      } else {
        notes.stoppedOnce(Attack.Layer.POLICY, "in MQTT 3.1.1: acknowledged and dropped");
      }
    } catch (SessionClosed | ServerUnreachable closed) {
      notes.stoppedOnce(Attack.Layer.POLICY, "closed: " + closed.getMessage());
    }
  }
}

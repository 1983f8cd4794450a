package org.thingward.drill;

import org.thingward.device.ClientTls;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A device of the fleet that turns on its neighbour. */
final class AnotherClientId implements Drill {
  @Override
  public String id() {
    return "another-client-id";
  }

  @Override
  public String attempt() {
    return "connect with one's own certificate under a neighbour's client id, to take over its"
        + " session, and publish on its topic";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G1",
        Defence.line(Attack.Layer.GATEWAY, "the client id must be the certificate's name"),
        Defence.line(
            Attack.Layer.POLICY, "rights follow from the certificate, not from the client id"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice attacker = target.newDevice();
        SimulatedDevice neighbour = target.newDevice()) {
      Victims.connect(neighbour);
      notes.victim(neighbour.id() + " is connected");
      notes.attacker("connects as " + attacker.id() + " under the client id " + neighbour.id());
      takeOver(target, attacker, neighbour, notes);
      notes.attacker("publishes on the neighbour's topic under its own client id");
      speakAs(attacker, neighbour, notes);
      if (!neighbour.isConnected()) {
        notes.breached("the neighbour's session was ended");
      }
      return notes.about(Subject.device(attacker.id()));
    }
  }

  private static void takeOver(
      Target target, SimulatedDevice attacker, SimulatedDevice neighbour, Attack.Notes notes) {
    MqttSettings asNeighbour = MqttSettings.of(neighbour.id());
    try (MqttSession session =
        target.mqtt().open(ClientTls.of(attacker.credential()), asNeighbour)) {
      if (session.acceptance().accepted()) {
        hear(session, neighbour, notes);
      } else {
        notes.stopped(
            Attack.Layer.GATEWAY,
            "the neighbour's client id: CONNACK 0x%02X".formatted(session.acceptance().reason()));
      }
    } catch (ServerUnreachable closed) {
      notes.stopped(Attack.Layer.GATEWAY, "the neighbour's client id: connection closed");
    }
  }

  /** Let in, it would have the neighbour's subscriptions, and hear what is sent to it. */
  private static void hear(MqttSession session, SimulatedDevice neighbour, Attack.Notes notes) {
    int reason = session.subscribe("c/" + neighbour.id() + "/#", 1);
    if (reason < 0x80) {
      notes.breached("under the neighbour's client id its commands can be heard");
    } else {
      notes.stopped(
          Attack.Layer.POLICY,
          "the neighbour's client id gives none of its rights: SUBACK 0x%02X".formatted(reason));
    }
  }

  private static void speakAs(
      SimulatedDevice attacker, SimulatedDevice neighbour, Attack.Notes notes) {
    Victims.connect(attacker);
    try {
      int reason =
          attacker.session().publishAcknowledged(neighbour.telemetryTopic(), "{\"celsius\":99}");
      if (reason < 0x80) {
        notes.breached("a message on the neighbour's topic was accepted");
      } else {
        notes.stopped(
            Attack.Layer.POLICY, "the neighbour's topic: PUBACK 0x%02X".formatted(reason));
      }
    } catch (SessionClosed closed) {
      notes.stopped(Attack.Layer.POLICY, "the neighbour's topic: " + closed.closure());
    }
  }
}

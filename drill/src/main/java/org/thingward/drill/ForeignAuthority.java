package org.thingward.drill;

import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** An authority of the attacker's own that bears the very names of ours. */
final class ForeignAuthority implements Drill {
  @Override
  public String id() {
    return "foreign-authority";
  }

  @Override
  public String attempt() {
    return "connect with a certificate for a real device that another authority of the same name"
        + " signed, to speak for that device";
  }

  @Override
  public Group group() {
    return Group.CONNECTIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G1",
        Defence.line(Attack.Layer.TLS, "the chain leads to no authority of ours"),
        Defence.line(
            Attack.Layer.GATEWAY, "the chain is verified again when the peer is identified"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice victim = target.newDevice();
    Credential forged = Forger.imitate(victim.credential(), target.clock(), target.random());
    notes.attacker("connects as " + victim.id() + " with a certificate of an authority of its own");
    try (MqttSession session =
        target.mqtt().open(ClientTls.of(forged), MqttSettings.of(victim.id()))) {
      if (session.acceptance().accepted()) {
        notes.breached("the forged certificate was accepted");
      } else {
        notes.stopped(
            Attack.Layer.GATEWAY, "CONNACK 0x%02X".formatted(session.acceptance().reason()));
      }
    } catch (ServerUnreachable refused) {
      notes.stopped(Attack.Layer.TLS, "the forged certificate ended the handshake");
    }
    return notes.about(Subject.device(victim.id()));
  }
}

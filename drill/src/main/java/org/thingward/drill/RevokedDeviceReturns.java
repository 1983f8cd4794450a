package org.thingward.drill;

import org.thingward.device.ClientTls;
import org.thingward.device.DeviceKey;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.trust.Subject;

/** A revoked device that tries every door it used to have (rules G10, I3, I4, T5). */
final class RevokedDeviceReturns implements Drill {
  @Override
  public String id() {
    return "revoked-device-returns";
  }

  @Override
  public String attempt() {
    return "come back after a revocation: by MQTT 5 and 3.1.1, by renewing the certificate, and by"
        + " a token made before";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "I3, I4, T5",
        Defence.line(Attack.Layer.POLICY, "the certificate is not one that may be presented"),
        Defence.line(Attack.Layer.POLICY, "the tier may not connect"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice device = target.newDevice();
    EnrolmentToken before = target.tokenFor(Subject.device(device.id()));
    Victims.connect(device).disconnect();
    notes.victim(device.id() + " was connected");
    notes.operator("revokes it");
    var unused = target.operator().order(Operator.Order.REVOKE, device.id(), "drill " + id());
    notes.attacker("connects with the revoked certificate");
    for (int version : new int[] {5, 4}) {
      connect(target, device, version, notes);
    }
    try (EstClient est = new EstClient(target.server(), before.authority())) {
      notes.attacker("renews the revoked certificate");
      try {
        device.renew(est);
        notes.breached("the revoked certificate was renewed");
      } catch (ServerRefused | ServerUnreachable refused) {
        notes.stopped(Attack.Layer.IDENTITY, "renewal: " + refused.getMessage());
      }
      notes.attacker("enrols with a token that was made before");
      enrol(target, est, before, device, notes);
    }
    return notes.about(Subject.device(device.id()));
  }

  private static void connect(
      Target target, SimulatedDevice device, int version, Attack.Notes notes) {
    MqttSettings settings = MqttSettings.of(device.id()).withVersion(version);
    try (MqttSession session = target.mqtt().open(ClientTls.of(device.credential()), settings)) {
      if (session.acceptance().accepted()) {
        notes.breached("it was let in by MQTT level " + version);
      } else {
        notes.stopped(
            Attack.Layer.POLICY,
            "MQTT level %d: CONNACK 0x%02X %s"
                .formatted(version, session.acceptance().reason(), session.acceptance().text()));
      }
    } catch (ServerUnreachable refused) {
      notes.stopped(Attack.Layer.TLS, "MQTT level " + version + ": the handshake ended");
    }
  }

  private static void enrol(
      Target target,
      EstClient est,
      EnrolmentToken token,
      SimulatedDevice device,
      Attack.Notes notes) {
    try {
      var unused = est.enrol(token, DeviceKey.generate(target.random()), device.id());
      notes.breached("a token made before the revocation was taken");
    } catch (ServerRefused refused) {
      notes.stopped(Attack.Layer.EST, "a token made before: " + refused.getMessage());
    }
  }
}

package org.thingward.drill;

import java.util.List;
import org.thingward.device.ClientTls;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;

/** Anybody on the network, with a device's name and no proof. */
final class NoCertificate implements Drill {
  @Override
  public String id() {
    return "no-certificate";
  }

  @Override
  public String attempt() {
    return "connect under a device's name without a certificate, to speak for that device";
  }

  @Override
  public Group group() {
    return Group.CONNECTIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G1",
        Defence.line(Attack.Layer.TLS, "the handshake asks for a certificate"),
        Defence.line(Attack.Layer.GATEWAY, "a connection without an identity is refused"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    ClientTls nobody = ClientTls.anonymous(target.authorities());
    for (int version : List.of(4, 5)) {
      MqttSettings settings = MqttSettings.of(target.newName()).withVersion(version);
      notes.attacker("connects by MQTT level " + version + " as a device, without a certificate");
      try (MqttSession session = target.mqtt().open(nobody, settings)) {
        if (session.acceptance().accepted()) {
          notes.breached("MQTT level " + version + " was let in without a certificate");
        } else {
          notes.stopped(
              Attack.Layer.GATEWAY,
              "MQTT level %d: CONNACK 0x%02X".formatted(version, session.acceptance().reason()));
        }
      } catch (ServerUnreachable refused) {
        notes.stopped(Attack.Layer.TLS, "no session of MQTT " + version + " without a certificate");
      }
    }
    return notes.aboutNobody();
  }
}

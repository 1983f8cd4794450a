package org.thingward.drill;

import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/**
 * A device that was let in once and then ordered out, so that it may not be let in again whatever
 * is done to the server's data.
 *
 * @param credential its certificate, which goes on being good
 */
record Grounded(String id, Credential credential) {
  Subject subject() {
    return Subject.device(id);
  }

  /** One that is let in now, and not yet ordered out. */
  static Grounded admitted(Target target) {
    SimulatedDevice device = target.newDevice();
    Victims.open(device).disconnect();
    return new Grounded(device.id(), device.credential());
  }

  /** Gives the order that grounds it. */
  void order(Operator.Order order, Target target, String why) {
    var unused = target.operator().order(order, id, why);
  }

  /** Notes whether it gets in, and how it stands if it does not. */
  void triesAgain(Target target, String after, Attack.Notes notes) {
    int tier = target.operator().posture(subject()).path("tier").asInt(-1);
    try (MqttSession session = target.mqtt().open(ClientTls.of(credential), MqttSettings.of(id))) {
      int reason = session.acceptance().reason();
      if (session.acceptance().accepted()) {
        notes.breached("after " + after + " it was let in");
      } else if (tier == Tier.CONTRAINDICATED.value()) {
        notes.stopped(
            Attack.Layer.LEDGER,
            "after %s the log's order counts: CONNACK 0x%02X".formatted(after, reason));
      } else {
        notes.stopped(
            Attack.Layer.POLICY,
            "after %s it is of tier %d: CONNACK 0x%02X".formatted(after, tier, reason));
      }
    } catch (ServerUnreachable closed) {
      notes.stopped(Attack.Layer.GATEWAY, "after " + after + ": " + closed.getMessage());
    }
  }
}

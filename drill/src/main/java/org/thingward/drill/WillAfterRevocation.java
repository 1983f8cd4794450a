package org.thingward.drill;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.thingward.device.Closure;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.SimulatedDevice;
import org.thingward.device.Will;
import org.thingward.operator.Operator;
import org.thingward.trust.Subject;

/** A revoked device that stays on its line, and speaks once more by dying (rule G6). */
final class WillAfterRevocation implements Drill {
  private static final String LAST_WORDS = "{\"valve\":\"open\"}";

  @Override
  public String id() {
    return "will-after-revocation";
  }

  @Override
  public String attempt() {
    return "go on in a session opened before one's revocation, and speak through the will when it"
        + " is cut";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G6",
        Defence.line(Attack.Layer.GATEWAY, "a cut leaves the broker without the will"),
        Defence.line(
            Attack.Layer.GATEWAY, "what a silenced device says is withheld from everybody (G7)"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice device = target.newDevice();
    try (Ear ear = new Ear(target, device.id())) {
      MqttSession session = Victims.connect(device, withWill(device));
      notes.victim(device.id() + " is connected, and left a will");
      notes.operator("revokes it");
      var ordered = target.clock().instant();
      var unused = target.operator().order(Operator.Order.REVOKE, device.id(), "drill " + id());
      Optional<Closure> end = session.awaitClosed(Target.PATIENCE);
      end.ifPresentOrElse(
          closure ->
              notes.stopped(
                  Attack.Layer.GATEWAY,
                  "cut %d ms after the order was sent"
                      .formatted(Duration.between(ordered, closure.at()).toMillis())),
          () -> notes.breached("the session went on after the revocation"));
      session.vanish();
      ear.expectSilence(LAST_WORDS, "the will", Attack.Layer.GATEWAY, notes);
      notes.attacker("connects again");
      if (Victims.comesBack(device)) {
        notes.breached("the revoked device was let in again");
      } else {
        notes.stopped(Attack.Layer.POLICY, "no return after the revocation");
      }
      return notes.about(Subject.device(device.id()));
    }
  }

  private static MqttSettings withWill(SimulatedDevice device) {
    byte[] words = LAST_WORDS.getBytes(StandardCharsets.UTF_8);
    return MqttSettings.of(device.id())
        .withWill(new Will(device.telemetryTopic(), words, 1, Duration.ZERO));
  }
}

package org.thingward.drill;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.thingward.device.MqttSettings;
import org.thingward.device.SimulatedDevice;
import org.thingward.device.Will;
import org.thingward.operator.Operator;
import org.thingward.trust.Subject;

/** A will that comes due while its device is offline and no longer trusted (rule G6). */
final class DelayedWill implements Drill {
  private static final String LAST_WORDS = "{\"valve\":\"shut\"}";
  private static final Duration DELAY = Duration.ofSeconds(3);

  @Override
  public String id() {
    return "delayed-will";
  }

  @Override
  public String attempt() {
    return "speak through a will with a delay, which falls due after the device went offline and"
        + " was revoked";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G6",
        Defence.line(Attack.Layer.GATEWAY, "the will that waits at the broker is withdrawn"),
        Defence.line(
            Attack.Layer.GATEWAY,
            "a revocation purges the session at the broker, and its will (G9); behind that, what a silenced device says is withheld (G7)"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice device = target.newDevice();
    try (Ear ear = new Ear(target, device.id())) {
      byte[] words = LAST_WORDS.getBytes(StandardCharsets.UTF_8);
      MqttSettings settings =
          MqttSettings.of(device.id())
              .withWill(new Will(device.telemetryTopic(), words, 1, DELAY))
              .withPersistence(Duration.ofMinutes(1));
      Victims.connect(device, settings).vanish();
      notes.attacker("leaves a will with a delay, and goes away");
      notes.operator("revokes it");
      var unused = target.operator().order(Operator.Order.REVOKE, device.id(), "drill " + id());
      expectNoWill(ear, notes);
      return notes.about(Subject.device(device.id()));
    }
  }

  /** Silence must last for longer than the will's delay. */
  private static void expectNoWill(Ear ear, Attack.Notes notes) {
    long silences = DELAY.dividedBy(Target.SILENCE) + 2;
    for (int i = 0; i < silences; i++) {
      if (ear.hears(LAST_WORDS)) {
        notes.breached("the delayed will was delivered");
        return;
      }
    }
    notes.stopped(Attack.Layer.GATEWAY, "the delayed will was not heard");
  }
}

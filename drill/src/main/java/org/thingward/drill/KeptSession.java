package org.thingward.drill;

import java.time.Duration;
import org.thingward.device.DeviceKey;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerRefused;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A right that is lost while the session and the broker's memory of it go on (rules G5, G10). */
final class KeptSession implements Drill {
  @Override
  public String id() {
    return "kept-session";
  }

  @Override
  public String attempt() {
    return "go on using rights of a better posture in a session, and in a subscription that the"
        + " broker keeps, after the posture fell";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "G5, G10",
        "none at once: a grant ends by itself, within the policy's longest session (G10)",
        Defence.line(
            Attack.Layer.POLICY, "a live session is given a new grant when its posture changes"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    Subject subject = Subject.device(target.newName());
    EnrolmentToken token = target.tokenFor(subject);
    try (SimulatedDevice device = target.enrolled(subject, token)) {
      MqttSettings persistent = MqttSettings.of(device.id()).withPersistence(Duration.ofMinutes(1));
      MqttSession session = Victims.connect(device, persistent);
      String diagnostics = "t/" + device.id() + "/diagnostics";
      if (session.publishAcknowledged(diagnostics, "{}") >= 0x80) {
        throw new DrillNotRun("an affirming device may not publish diagnostics here");
      }
      notes.victim("has a session that outlasts its connection");
      notes.attacker(
          "shows the used token with another key, so that the device falls to a warning");
      contest(target, token, subject);
      notes.attacker("publishes what only an affirming device may, on the live session");
      speak(session, diagnostics, "the live session", notes);
      notes.attacker("connects again and resumes the session");
      try (MqttSession resumed = Victims.connect(device, persistent)) {
        speak(resumed, diagnostics, "the resumed session", notes);
        listen(resumed, device, notes);
      }
      return notes.about(subject);
    }
  }

  /** Somebody shows the token with another key: the device falls to a warning. */
  private static void contest(Target target, EnrolmentToken token, Subject subject) {
    try (EstClient est = new EstClient(target.server(), token.authority())) {
      var unused = est.enrol(token, DeviceKey.generate(target.random()), subject.name());
      throw new DrillNotRun("a used token was taken: see the drill stolen-token");
    } catch (ServerRefused asItMust) {
      // That is evidence; the policy makes it a warning.
    }
  }

  private static void speak(MqttSession session, String topic, String which, Attack.Notes notes) {
    try {
      int reason = session.publishAcknowledged(topic, "{}");
      if (reason < 0x80) {
        notes.breached(which + " may still publish diagnostics");
      } else {
        notes.stopped(Attack.Layer.POLICY, "%s: PUBACK 0x%02X".formatted(which, reason));
      }
    } catch (SessionClosed closed) {
      notes.stopped(Attack.Layer.GATEWAY, which + ": " + closed.closure());
    }
  }

  private static void listen(MqttSession session, SimulatedDevice device, Attack.Notes notes) {
    int reason = session.subscribe("c/" + device.id() + "/more", 1);
    if (reason < 0x80) {
      notes.breached("the resumed session may still subscribe to commands");
    } else {
      notes.stopped(Attack.Layer.POLICY, "the resumed session: SUBACK 0x%02X".formatted(reason));
    }
  }
}

package org.thingward.drill;

import java.util.List;
import org.thingward.device.MqttSession;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A device that listens in on others, by wildcards, shares and the broker's own topics (G3). */
final class ForeignSubscription implements Drill {
  @Override
  public String id() {
    return "foreign-subscription";
  }

  @Override
  public String attempt() {
    return "subscribe to what others send and receive, by wildcards, shared subscriptions and the"
        + " broker's own topics";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G3",
        Defence.line(Attack.Layer.POLICY, "filters are checked against the rights"),
        Defence.line(Attack.Layer.GATEWAY, "each delivery is, too (G5)"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice attacker = target.newDevice();
        SimulatedDevice neighbour = target.newDevice()) {
      Victims.connect(neighbour);
      notes.victim(neighbour.id() + " publishes while others listen");
      notes.attacker("subscribes to filters that reach beyond its own topics");
      for (String filter : filters(attacker.id(), neighbour.id())) {
        subscribe(attacker, neighbour, filter, notes);
      }
      return notes.about(Subject.device(attacker.id()));
    }
  }

  private static List<String> filters(String own, String neighbour) {
    return List.of(
        "#",
        "+/#",
        "+/+/+",
        "t/#",
        "t/+/telemetry",
        "t/" + neighbour + "/telemetry",
        "c/#",
        "c/+/#",
        "c/" + neighbour + "/#",
        "+/" + own + "/#",
        "$share/thieves/#",
        "$share/thieves/t/#",
        "$share/thieves/t/" + neighbour + "/telemetry",
        "$share/" + neighbour + "/c/" + neighbour + "/#",
        "$SYS/#");
  }

  private static void subscribe(
      SimulatedDevice attacker, SimulatedDevice neighbour, String filter, Attack.Notes notes) {
    String secret = "{\"secret\":\"" + filter.length() + "\"}";
    try (MqttSession session = Victims.connect(attacker)) {
      int reason = session.subscribe(filter, 1);
      if (reason >= 0x80) {
        notes.stoppedOnce(Attack.Layer.POLICY, "SUBACK 0x%02X".formatted(reason));
      }
      int published = neighbour.publishTelemetry(secret);
      if (published < 0x80 && session.nextMessage(Target.MOMENT).isPresent()) {
        notes.breached("a neighbour's message arrived under " + filter);
      } else {
        notes.stoppedOnce(Attack.Layer.GATEWAY, "nothing of a neighbour arrived");
      }
    } catch (SessionClosed | ServerUnreachable closed) {
      notes.stoppedOnce(Attack.Layer.GATEWAY, "closed: " + closed.getMessage());
    }
  }
}

package org.thingward.drill;

import java.util.List;
import org.thingward.device.MqttSession;
import org.thingward.device.Publication;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A message without a topic, under an alias that was to pass for another's topic (rule G2). */
final class TopicAlias implements Drill {
  private static final String LIE = "{\"celsius\":-41}";

  @Override
  public String id() {
    return "topic-alias";
  }

  @Override
  public String attempt() {
    return "publish on a neighbour's topic under a topic alias: bound to it at once, rebound from"
        + " one's own topic, or never bound";
  }

  @Override
  public Group group() {
    return Group.SESSIONS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "G2",
        Defence.line(Attack.Layer.GATEWAY, "an alias that was never set ends the connection"),
        Defence.line(Attack.Layer.POLICY, "the rights are checked on what an alias stands for"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice attacker = target.newDevice();
        SimulatedDevice neighbour = target.newDevice();
        Ear ear = new Ear(target, neighbour.id())) {
      Publication own = Publication.of(attacker.telemetryTopic(), "{}").withAlias(1);
      Publication foreign = Publication.of(neighbour.telemetryTopic(), LIE).withAlias(1);
      Publication blank = Publication.of("", LIE).withAlias(1);
      notes.attacker("publishes by aliases: of a foreign topic, set anew, and never set");
      for (List<Publication> trick :
          List.of(
              List.of(foreign, blank),
              List.of(own, foreign, blank),
              List.of(blank),
              List.of(own.withAlias(0xFFFF), blank.withAlias(0xFFFF)))) {
        attempt(attacker, trick, notes);
      }
      ear.expectSilence(LIE, "a message under a foreign alias", Attack.Layer.GATEWAY, notes);
      return notes.about(Subject.device(attacker.id()));
    }
  }

  private static void attempt(
      SimulatedDevice attacker, List<Publication> trick, Attack.Notes notes) {
    try (MqttSession session = Victims.connect(attacker)) {
      for (Publication step : trick) {
        int reason = session.publish(step);
        if (reason >= 0x80) {
          notes.stoppedOnce(Attack.Layer.POLICY, "PUBACK 0x%02X".formatted(reason));
        }
      }
    } catch (SessionClosed | ServerUnreachable closed) {
      notes.stoppedOnce(Attack.Layer.GATEWAY, "closed: " + closed.getMessage());
    }
  }
}

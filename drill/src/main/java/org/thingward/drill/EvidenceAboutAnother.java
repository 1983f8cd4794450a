package org.thingward.drill;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.thingward.device.SelfReport;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/** A device that accuses its neighbour, or vouches for itself (rule T1). */
final class EvidenceAboutAnother implements Drill {
  private static final String MEASURED =
      "\"claims\":{\"boot.measurement\":{\"measurement\":\"" + Digest.of(new byte[] {66}) + "\"}}}";

  @Override
  public String id() {
    return "evidence-about-another";
  }

  @Override
  public String attempt() {
    return "send evidence about a neighbour to have it cut, or evidence that is others' to state,"
        + " or with times of one's own";
  }

  @Override
  public Group group() {
    return Group.EVIDENCE;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "T1",
        Defence.line(Attack.Layer.EVIDENCE, "a self-report has no member that names a subject"),
        Defence.line(Attack.Layer.POLICY, "a self-report is about its sender, whatever it says"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    try (SimulatedDevice attacker = target.newDevice();
        SimulatedDevice neighbour = target.newDevice()) {
      Victims.connect(neighbour);
      JsonNode before = vectorOf(target, neighbour);
      notes.victim(neighbour.id() + " is connected");
      notes.attacker(
          "as " + attacker.id() + ", reports about it, and in the name of other sources");
      for (String report : reports(neighbour)) {
        send(target, attacker, report, notes);
      }
      boolean same = vectorOf(target, neighbour).equals(before);
      if (!same || !neighbour.isConnected()) {
        notes.breached("the neighbour's posture or session was touched");
      } else {
        notes.stopped(Attack.Layer.POLICY, "the neighbour stands as before, and stays connected");
      }
      return notes.about(Subject.device(attacker.id()));
    }
  }

  private static List<String> reports(SimulatedDevice neighbour) {
    return List.of(
        "{\"subject\":\"device:" + neighbour.id() + "\",\"kind\":\"boot\"," + MEASURED,
        "{\"device\":\"" + neighbour.id() + "\",\"kind\":\"boot\"," + MEASURED,
        "{\"kind\":\"boot\",\"source\":\"attestation\"," + MEASURED,
        "{\"kind\":\"boot\",\"received\":\"2099-01-01T00:00:00Z\"," + MEASURED,
        "{\"kind\":\"boot\",\"holds-until\":\"9999-12-31T23:59:59Z\"," + MEASURED,
        "{\"kind\":\"operator.order\",\"claims\":{\"order\":{\"word\":\"release\"}}}",
        "{\"kind\":\"identity.holder\",\"claims\":{\"credential.holder\":{\"word\":\"sole\"}}}",
        "{\"kind\":\"boot\",\"kind\":\"boot\"," + MEASURED);
  }

  private static void send(
      Target target, SimulatedDevice attacker, String report, Attack.Notes notes) {
    try (SelfReport own = new SelfReport(target.server(), attacker.credential())) {
      // What counts is what comes of it; taken, it may be about nobody but its sender.
      own.send(report.getBytes(StandardCharsets.UTF_8));
    } catch (ServerRefused refused) {
      notes.stoppedOnce(Attack.Layer.EVIDENCE, "refused: " + refused.getMessage());
    } catch (ServerUnreachable refused) {
      notes.stoppedOnce(Attack.Layer.TLS, "the connection was refused");
    }
  }

  private static JsonNode vectorOf(Target target, SimulatedDevice device) {
    return target.posture(device).path("vector");
  }
}

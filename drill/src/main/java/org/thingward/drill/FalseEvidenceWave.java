package org.thingward.drill;

import static org.thingward.operator.OperatorConnection.encoded;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.thingward.device.MqttSession;
import org.thingward.device.SimulatedDevice;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorConnection;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * Someone who may state what many devices share says that their firmware is supported no more, to
 * silence all of them at once (T8). The attacker holds the right to do so: what stops it is the
 * brake.
 */
final class FalseEvidenceWave implements Drill {
  private static final int DEVICES = 12;
  private static final String VERSION = "1.0.0";
  private static final String WHY = "drill false-evidence-wave";

  /** A topic that a device loses when it is warned of. */
  private static final String FULL_RIGHTS = "/drill-alarm";

  @Override
  public String id() {
    return "false-evidence-wave";
  }

  @Override
  public String attempt() {
    return "silence a whole fleet by one false statement about the release that it runs";
  }

  @Override
  public Group group() {
    return Group.EVIDENCE;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "T8",
        "none: who may say this may say it; what it may do at worst is bounded by the policy's sources (T1)",
        Defence.line(Attack.Layer.POLICY, "the brake holds live sessions while a person decides"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    String product = target.newName();
    Operator operator = target.operator();
    sayRelease(target, product, Duration.ofDays(365));
    List<SimulatedDevice> fleet = new ArrayList<>();
    try {
      for (int i = 0; i <= DEVICES; i++) {
        fleet.add(member(target, product));
      }
      SimulatedDevice absent = fleet.removeLast();
      fleet.forEach(Victims::connect);
      fleet.forEach(FalseEvidenceWave::requireFullRights);

      notes.victim(DEVICES + " devices of one release are connected");
      notes.attacker("states that their release is supported no more");
      sayRelease(target, product, Duration.ofDays(-1));
      fleet.forEach(device -> awaitDecisionOn(device, operator, notes));
      expectAllLive(fleet, "the false statement", notes);
      expectNoNewRights(absent, notes);
      notes.operator("puts one of them into quarantine");
      cutOne(operator, fleet.removeLast(), notes);
      String wave = wave(operator, product, notes);
      notes.operator("calls the wave off");
      JsonNode unused =
          operator.connection().post("/waves/" + wave + "/call-off", Map.of("reason", WHY));
      sayRelease(target, product, Duration.ofDays(365));
      expectAllLive(fleet, "it was called off", notes);
      return notes.about(Subject.device(fleet.getFirst().id()));
    } finally {
      fleet.forEach(SimulatedDevice::close);
    }
  }

  /** Says until when the fleet's release is supported; a lie if that is in the past. */
  private static void sayRelease(Target target, String product, Duration from) {
    var today = target.clock().instant().atZone(ZoneOffset.UTC).toLocalDate();
    OperatorConnection connection = target.operator().connection();
    JsonNode unused = connection.put("/products/" + encoded(product), Map.of("maker", "drill"));
    JsonNode unusedToo =
        connection.put(
            "/releases/" + encoded(product) + "/" + VERSION,
            Map.of(
                "released", today.minusDays(30).toString(),
                "support-ends", today.plusDays(from.toDays()).toString()));
  }

  private static SimulatedDevice member(Target target, String product) {
    SimulatedDevice device = target.newDevice();
    JsonNode unused =
        target
            .operator()
            .addDevice(
                Map.of(
                    "id",
                    device.id(),
                    "product",
                    product,
                    "release",
                    VERSION,
                    "region",
                    "drill",
                    "lifecycle",
                    "active"));
    return device;
  }

  private static void requireFullRights(SimulatedDevice device) {
    if (!hasFullRights(device.session(), device)) {
      throw new DrillNotRun("its victims may not publish on t/{device}" + FULL_RIGHTS);
    }
  }

  private static boolean hasFullRights(MqttSession session, SimulatedDevice device) {
    return session.isOpen()
        && session.publishAcknowledged("t/" + device.id() + FULL_RIGHTS, "still here") < 0x80;
  }

  private static void expectAllLive(List<SimulatedDevice> fleet, String after, Attack.Notes notes) {
    long cut = fleet.stream().filter(device -> !hasFullRights(device.session(), device)).count();
    if (cut > 0) {
      notes.breached("%d of %d devices were silenced after %s".formatted(cut, fleet.size(), after));
    } else {
      notes.stoppedOnce(
          Attack.Layer.POLICY, "the brake: %d live sessions persist".formatted(fleet.size()));
    }
  }

  /** Each session was decided on anew: before that it proves nothing that it lives. */
  private static void awaitDecisionOn(
      SimulatedDevice device, Operator operator, Attack.Notes notes) {
    Subject subject = Subject.device(device.id());
    long end = System.nanoTime() + Target.PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (operator.decisions(subject, 1).toString().contains("held by the brake")) {
        return;
      }
      LockSupport.parkNanos(Target.MOMENT.toNanos());
    }
    notes.breached("no decision says that %s is held".formatted(device.id()));
  }

  /** Who connects meanwhile is let in as one who is warned of: the posture itself fell. */
  private static void expectNoNewRights(SimulatedDevice absent, Attack.Notes notes) {
    try (absent;
        MqttSession session = Victims.connect(absent)) {
      if (hasFullRights(session, absent)) {
        notes.breached("a new connection is given what only live ones keep");
      }
    }
  }

  /** What is said of one device is not held back. */
  private static void cutOne(Operator operator, SimulatedDevice device, Attack.Notes notes) {
    JsonNode unused = operator.order(Operator.Order.QUARANTINE, device.id(), WHY);
    if (device.session().awaitClosed(Target.PATIENCE).isEmpty()) {
      notes.breached("a device in quarantine went on because a wave holds it");
    }
    device.close();
  }

  /** The wave as the operator sees it. */
  private static String wave(Operator operator, String product, Attack.Notes notes) {
    for (JsonNode wave : operator.list("/waves", Map.of(), 500)) {
      if (wave.path("state").asString("").equals("holding")
          && wave.path("scopes").toString().contains("product:" + product)) {
        notes.stoppedOnce(
            Attack.Layer.POLICY,
            "the operator is shown a wave that holds %d devices"
                .formatted(wave.path("held").asInt(0)));
        return wave.path("wave").asString("");
      }
    }
    notes.breached("no wave is shown to the operator");
    return "none";
  }
}

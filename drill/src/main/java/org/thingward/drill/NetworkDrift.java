package org.thingward.drill;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.thingward.device.ClientTls;
import org.thingward.device.MqttClient;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Tier;

/** A copied key that is used from elsewhere once its device is off: nothing overlaps (rule I3). */
final class NetworkDrift implements Drill {
  private static final String ELSEWHERE = "127.0.1.1";
  private static final Duration STAY = Duration.ofMillis(2_100);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int NOT_AUTHORIZED = 0x87;

  @Override
  public String id() {
    return "network-drift";
  }

  @Override
  public String attempt() {
    return "use a copy of a device's key from another network once the device is switched off, so"
        + " that nothing overlaps, on a second server";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "I3",
        "none: it is a weak sign, and a copy that is used from its owner's network gives none",
        Defence.line(
            Attack.Layer.POLICY,
            "who speaks from a new network after long at another is warned of, and may do less"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    Target second = target.trial().target();
    SimulatedDevice owner = second.newDevice();
    notes.victim("connects, stays for a while, connects again, and is switched off");
    Victims.open(owner).disconnect();
    LockSupport.parkNanos(STAY.toNanos());
    Victims.open(owner).disconnect();
    requireTrusted(second, owner);
    notes.attacker("connects with a copy of its key from another network");
    try (MqttClient elsewhere =
        new MqttClient(second.server(), second.clock(), Optional.of(address()))) {
      open(elsewhere, owner).disconnect();
      if (isSeen(second, owner)) {
        notes.attacker("connects again, and publishes what only a device in full trust may");
        expectLess(second, owner, open(elsewhere, owner), notes);
      } else {
        notes.breached("from another network it may all that the device may");
      }
    }
    return notes.aboutNobody();
  }

  private static InetAddress address() {
    try {
      return InetAddress.getByName(ELSEWHERE);
    } catch (UnknownHostException e) {
      throw new DrillNotRun(ELSEWHERE + " is no address of this machine", e);
    }
  }

  private static void requireTrusted(Target second, SimulatedDevice owner) {
    int tier = second.tier(owner);
    if (tier != Tier.AFFIRMING.value()) {
      throw new DrillNotRun("its victim is of tier " + tier + " before anything happened");
    }
  }

  private static MqttSession open(MqttClient elsewhere, SimulatedDevice owner) {
    try {
      return elsewhere.open(ClientTls.of(owner.credential()), MqttSettings.of(owner.id()));
    } catch (ServerUnreachable unreachable) {
      throw new DrillNotRun(
          "no session from " + ELSEWHERE + ": " + unreachable.getMessage(), unreachable);
    }
  }

  private static boolean isSeen(Target second, SimulatedDevice owner) {
    long end = System.nanoTime() + Target.PATIENCE.toNanos();
    while (second.tier(owner) == Tier.AFFIRMING.value() && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return second.tier(owner) != Tier.AFFIRMING.value();
  }

  /** What is allowed, the second server's broker never answers: then it was not refused. */
  private static void expectLess(
      Target second, SimulatedDevice owner, MqttSession thief, Attack.Notes notes) {
    try (thief) {
      int answer = thief.publishAcknowledged("t/" + owner.id() + "/alarm", "{}");
      if (answer == NOT_AUTHORIZED) {
        notes.stopped(
            Attack.Layer.POLICY,
            "refused at tier %d: %s".formatted(second.tier(owner), reasons(second, owner)));
      } else {
        notes.breached("it is warned of, and may all that it may in full trust");
      }
    } catch (SessionClosed cut) {
      notes.stopped(Attack.Layer.POLICY, "its session was cut: " + reasons(second, owner));
    } catch (ServerUnreachable unanswered) {
      notes.breached("it is warned of, and may all that it may in full trust");
    }
  }

  private static String reasons(Target second, SimulatedDevice owner) {
    StringBuilder text = new StringBuilder();
    second
        .posture(owner)
        .path("reasons")
        .forEach(reason -> text.append(reason.path("text").asString("")).append(". "));
    return text.toString().strip();
  }
}

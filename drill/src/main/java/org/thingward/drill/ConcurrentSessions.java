package org.thingward.drill;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.thingward.device.Credential;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;
import org.thingward.device.TpmAttester;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import tools.jackson.databind.JsonNode;

/**
 * A key copied out of a device, used over HTTPS from another network while the device holds its
 * MQTT session: no session is taken over, so no trip-wire is there (rules G8, I3).
 */
final class ConcurrentSessions implements Drill {
  /** Both of this machine, and in two networks of 24 bits. */
  private static final String OWNERS = "127.0.0.1";

  private static final String THIEFS = "127.0.1.1";
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final String CLAIM = "presence.places";

  @Override
  public String id() {
    return "concurrent-sessions";
  }

  @Override
  public String attempt() {
    return "use a copy of a device's key at another listener and from another network, to keep clear"
        + " of the device's session";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "G8, I3",
        "none at once: without it the copy shows at the next renewal, as a fork (I3)",
        Defence.line(
            Attack.Layer.GATEWAY,
            "a session that goes on while its key speaks from another network is evidence"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    SimulatedDevice owner = target.newDevice();
    SimulatedDevice neighbour = target.newDevice();
    var session = Victims.connect(owner);
    var other = Victims.connect(neighbour);
    notes.victim(owner.id() + " is connected, and so is " + neighbour.id());
    notes.victim(neighbour.id() + " asks over HTTPS too, from the network of its session");
    ask(target, neighbour.credential(), OWNERS);
    notes.attacker("asks over HTTPS with a copy of the first one's key, from another network");
    ask(target, owner.credential(), THIEFS);
    notes.victim("both go on reporting");
    Optional<String> seen = awaitSeen(target, owner, neighbour);
    seen.ifPresentOrElse(
        reason -> notes.stopped(Attack.Layer.GATEWAY, "the device is distrusted: " + reason),
        () -> notes.breached("device and thief went on, and nobody noticed"));
    if (target.tier(neighbour) != Tier.AFFIRMING.value()) {
      notes.breached("a device with two connections of its own was taken for two");
    }
    session.close();
    other.close();
    return notes.about(Subject.device(owner.id()));
  }

  private static void ask(Target target, Credential credential, String from) {
    try (TpmAttester asks =
        new TpmAttester(target.server(), credential, InetAddress.getByName(from))) {
      String unused = asks.nonce();
    } catch (UnknownHostException | ServerRefused | ServerUnreachable e) {
      throw new DrillNotRun("nothing could be asked from " + from + ": " + e.getMessage(), e);
    }
  }

  /** The reason that speaks of it, once there is one. */
  private static Optional<String> awaitSeen(
      Target target, SimulatedDevice owner, SimulatedDevice neighbour) {
    long end = System.nanoTime() + Target.PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      speak(owner);
      speak(neighbour);
      for (JsonNode reason : target.posture(owner).path("reasons")) {
        String text = reason.path("text").asString(reason.toString());
        if (text.contains(CLAIM)) {
          return Optional.of(text);
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return Optional.empty();
  }

  /** None of them knows of the thief. */
  private static void speak(SimulatedDevice device) {
    try {
      int unused = device.publishTelemetry("{\"celsius\":21}");
    } catch (SessionClosed | ServerUnreachable cut) {
      // A policy may cut for it; the posture tells.
    }
  }
}

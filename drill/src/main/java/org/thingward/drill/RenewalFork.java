package org.thingward.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.DeviceKey;
import org.thingward.device.EstClient;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;

/** A copied key that never connects, and renews the certificate beside its owner (rule I3). */
final class RenewalFork implements Drill {
  private static final Duration MARGIN = Duration.ofSeconds(1);

  @Override
  public String id() {
    return "renewal-fork";
  }

  @Override
  public String attempt() {
    return "renew a device's certificate with a copy of its key and for a key of one's own, to have"
        + " an identity that goes on when the device's key changes, on a second server";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "I3",
        "none: the first renewal is a good one, whoever makes it",
        Defence.line(
            Attack.Layer.IDENTITY,
            "a second renewal of one certificate by another key is a fork, and holds both"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    Target second = target.trial().target();
    SimulatedDevice owner = second.newDevice();
    Credential parent = owner.credential();
    notes.victim("enrols, and waits until its certificate may be renewed");
    awaitDue(parent, second);
    Digest authority = second.tokenFor(Subject.device(second.newName())).authority();
    try (EstClient est = new EstClient(second.server(), authority)) {
      Credential child = renewsTwice(est, second, owner, notes);
      notes.attacker("renews with a copy of the first key, for a key of its own");
      try {
        var unused = est.renew(parent, DeviceKey.generate(second.random()));
        notes.breached("one certificate was renewed for two keys");
      } catch (ServerRefused refused) {
        notes.stopped(Attack.Layer.IDENTITY, "the second renewal: " + refused.getMessage());
      }
      notes.attacker("connects by the certificate that it copied");
      expectHeld(second, owner, parent, "the copied certificate", notes);
      notes.victim("connects by its new certificate: nobody can tell which of the two it is");
      expectHeld(second, owner, child, "the renewed certificate", notes);
    }
    return notes.aboutNobody();
  }

  /** Half of its life: a certificate begins before it is given, for clocks that are behind. */
  private static void awaitDue(Credential credential, Target second) {
    Instant begins = credential.certificate().getNotBefore().toInstant();
    Instant ends = credential.certificate().getNotAfter().toInstant();
    Instant due = begins.plus(Duration.between(begins, ends).dividedBy(2)).plus(MARGIN);
    Duration left = Duration.between(second.clock().instant(), due);
    while (left.isPositive()) {
      LockSupport.parkNanos(left.toNanos());
      left = Duration.between(second.clock().instant(), due);
    }
  }

  /** The answer to the first request is lost on its way: the same request is sent again. */
  private static Credential renewsTwice(
      EstClient est, Target second, SimulatedDevice owner, Attack.Notes notes) {
    DeviceKey key = DeviceKey.generate(second.random());
    notes.victim("renews, for a new key; the answer is lost, and it asks again for that key");
    Credential lost = est.renew(owner.credential(), key);
    Credential again = est.renew(owner.credential(), key);
    int tier = second.tier(owner);
    if (!again.digest().equals(lost.digest()) || tier != Tier.AFFIRMING.value()) {
      notes.breached("a request that was sent again was taken for a second holder's");
    }
    return again;
  }

  private static void expectHeld(
      Target second,
      SimulatedDevice owner,
      Credential credential,
      String which,
      Attack.Notes notes) {
    try (MqttSession session =
        second.mqtt().open(ClientTls.of(credential), MqttSettings.of(owner.id()))) {
      if (session.acceptance().accepted()) {
        notes.breached(which + " opened a session after the fork");
      } else {
        notes.stopped(Attack.Layer.POLICY, which + ": " + session.acceptance().text());
      }
    } catch (ServerUnreachable refused) {
      notes.stopped(Attack.Layer.POLICY, which + ": " + refused.getMessage());
    }
  }
}

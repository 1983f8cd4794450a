package org.thingward.drill;

import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.DeviceKey;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerRefused;
import org.thingward.device.ServerUnreachable;
import org.thingward.trust.Subject;

/** A key copied out of a device, given a second name by another device's token (rules I2, I3). */
final class KeyUnderTwoNames implements Drill {
  @Override
  public String id() {
    return "key-under-two-names";
  }

  @Override
  public String attempt() {
    return "enrol a copy of a device's key under another device's name, to act as two at once";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "I3",
        "none: each of the two certificates would be a good one, and no later check compares keys",
        Defence.line(Attack.Layer.IDENTITY, "a key that another device has is not certified"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    Subject device = Subject.device(target.newName());
    Subject other = Subject.device(target.newName());
    DeviceKey key = DeviceKey.generate(target.random());
    EnrolmentToken token = target.tokenFor(device);
    EnrolmentToken stolen = target.tokenFor(other);
    try (EstClient est = new EstClient(target.server(), token.authority())) {
      notes.victim("enrols as " + device.name());
      Credential owner = est.enrol(token, key, device.name());
      notes.attacker("enrols a copy of its key with the token of " + other.name());
      try {
        var unused = est.enrol(stolen, key, other.name());
        notes.breached("one key has certificates of two names");
      } catch (ServerRefused refused) {
        notes.stopped(Attack.Layer.IDENTITY, "under the other name: " + refused.getMessage());
      }
      notes.attacker("opens a session as " + other.name() + " by the certificate of the first");
      expectNoSession(target, owner, other, notes);
    }
    return notes.about(device);
  }

  private static void expectNoSession(
      Target target, Credential owner, Subject other, Attack.Notes notes) {
    try (var session = target.mqtt().open(ClientTls.of(owner), MqttSettings.of(other.name()))) {
      if (session.acceptance().accepted()) {
        notes.breached("the key opened a session of the other name");
      } else {
        notes.stopped(Attack.Layer.GATEWAY, "the other name: " + session.acceptance().text());
      }
    } catch (ServerUnreachable refused) {
      notes.stopped(Attack.Layer.GATEWAY, "the other name: " + refused.getMessage());
    }
  }
}

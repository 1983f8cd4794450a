package org.thingward.drill;

import org.thingward.device.DeviceKey;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.ServerRefused;
import org.thingward.trust.Subject;

/** An enrolment token read from a label, a log or a mailbox (rule I2). */
final class StolenToken implements Drill {
  @Override
  public String id() {
    return "stolen-token";
  }

  @Override
  public String attempt() {
    return "enrol with a token that a device has used already, under another device's name, with"
        + " its end changed, or with one guessed";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.inDepth(
        "I2",
        Defence.line(Attack.Layer.EST, "a token for another name is refused"),
        Defence.line(Attack.Layer.IDENTITY, "the certificate's name comes from the token"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    Subject device = Subject.device(target.newName());
    EnrolmentToken token = target.tokenFor(device);
    try (EstClient est = new EstClient(target.server(), token.authority())) {
      notes.victim("enrols as " + device.name() + " with its token");
      var owner = est.enrol(token, DeviceKey.generate(target.random()), device.name());
      attempt(target, est, token, device.name(), "used already", notes);
      EnrolmentToken fresh = target.tokenFor(Subject.device(target.newName()));
      expectOwnName(target, est, fresh, notes);
      EnrolmentToken guessed =
          EnrolmentToken.parse(token.text().replaceFirst("\\.[A-Za-z0-9_-]{4}", ".AAAA"));
      attempt(target, est, guessed, device.name(), "guessed", notes);
    }
    return notes.about(device);
  }

  private static void attempt(
      Target target,
      EstClient est,
      EnrolmentToken token,
      String name,
      String what,
      Attack.Notes notes) {
    notes.attacker("enrols with a token " + what);
    try {
      var unused = est.enrol(token, DeviceKey.generate(target.random()), name);
      notes.breached("a token " + what + " was taken");
    } catch (ServerRefused refused) {
      notes.stopped(Attack.Layer.EST, "a token " + what + ": " + refused.getMessage());
    }
  }

  /** A token for one device, with another's name in the request and in the account. */
  private static void expectOwnName(
      Target target, EstClient est, EnrolmentToken token, Attack.Notes notes) {
    String other = target.newName();
    notes.attacker("enrols as another device with a token that is fresh");
    try {
      String got =
          est.enrol(token, DeviceKey.generate(target.random()), other)
              .certificate()
              .getSubjectX500Principal()
              .getName();
      if (got.contains(other)) {
        notes.breached("a token opened another device's name");
      } else {
        notes.stopped(Attack.Layer.IDENTITY, "the name comes from the token, not from the request");
      }
    } catch (ServerRefused refused) {
      notes.stopped(Attack.Layer.EST, "under another name: " + refused.getMessage());
    }
  }
}

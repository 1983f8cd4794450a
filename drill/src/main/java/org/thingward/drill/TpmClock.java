package org.thingward.drill;

import org.thingward.device.BootLogWriter;
import org.thingward.device.ServerRefused;
import org.thingward.device.SimulatedDevice;
import org.thingward.device.TpmAttester;
import org.thingward.device.VirtualTpm;
import org.thingward.trust.Tier;

/** All of a TPM's memory copied, keys included: a saved machine that is started again (rule I3). */
final class TpmClock implements Drill {
  @Override
  public String id() {
    return "tpm-clock";
  }

  @Override
  public String attempt() {
    return "quote a good boot from a copy of a device's TPM, to pass for the device whatever it"
        + " boots, on a second server";
  }

  @Override
  public Group group() {
    return Group.KEYS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "I3",
        "none: until the original was started again no counter tells the two apart",
        Defence.line(
            Attack.Layer.EVIDENCE,
            "a quote from before the last one that was believed is a copy's"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    TrialServer trial = target.trial();
    VirtualTpm original = trial.tpm();
    SimulatedDevice owner = trial.target().newDevice();
    BootLogWriter boot = new BootLogWriter().firmware("drill").separators();
    notes.attacker("copies the memory of a device's TPM while the device is off");
    try (VirtualTpm copy = original.copy(trial.copies());
        TpmAttester attester = new TpmAttester(trial.target().server(), owner.credential())) {
      original.measure(boot.events());
      copy.measure(boot.events());
      attester.prove(original);
      notes.victim("shows its TPM's keys and quotes its boot");
      attester.quote(original, boot.bytes());
      notes.attacker("quotes by the copy: no counter tells it from the original yet");
      attester.quote(copy, boot.bytes());
      notes.victim("is started again, and quotes");
      original.restart();
      original.measure(boot.events());
      attester.quote(original, boot.bytes());
      notes.attacker("quotes by the copy once more");
      expectCaught(attester, copy, boot, notes);
    }
    expectFallen(trial.target(), owner, notes);
    return notes.aboutNobody();
  }

  private static void expectCaught(
      TpmAttester attester, VirtualTpm copy, BootLogWriter boot, Attack.Notes notes) {
    try {
      attester.quote(copy, boot.bytes());
      notes.breached("the copy was believed after the original had been started again");
    } catch (ServerRefused refused) {
      notes.stopped(Attack.Layer.EVIDENCE, "the copy's quote: " + refused.getMessage());
    }
  }

  private static void expectFallen(Target second, SimulatedDevice owner, Attack.Notes notes) {
    int tier = second.tier(owner);
    if (tier != Tier.CONTRAINDICATED.value()) {
      notes.breached("the device stands as before, at tier " + tier);
    } else if (Victims.comesBack(owner)) {
      notes.breached("the device was let in while its TPM has a copy");
      owner.close();
    } else {
      notes.stopped(Attack.Layer.POLICY, "the device is held, for nobody can tell the two apart");
    }
  }
}

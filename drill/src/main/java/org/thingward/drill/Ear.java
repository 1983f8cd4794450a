package org.thingward.drill;

import java.util.Optional;
import org.thingward.device.Message;
import org.thingward.device.MqttSession;
import org.thingward.device.SimulatedDevice;

/**
 * A service of ours that hears what devices send: whether an attacker was heard is not taken from
 * the answer that the attacker got.
 */
final class Ear implements AutoCloseable {
  private final SimulatedDevice service;
  private final MqttSession session;

  /** Listens to what is sent in the name of {@code speaker}. */
  Ear(Target target, String speaker) {
    this.service = target.listener();
    this.session = Victims.open(service);
    if (session.subscribe("t/" + speaker + "/#", 1) >= 0x80) {
      throw new DrillNotRun(
          "the policy does not let the service "
              + Drills.LISTENER
              + " receive t/#: add it as in the default policy");
    }
  }

  /** Whether {@code words} arrive before it was silent for a while. */
  boolean hears(String words) {
    Optional<Message> heard = session.nextMessage(Target.SILENCE);
    while (heard.isPresent() && !heard.get().text().equals(words)) {
      heard = session.nextMessage(Target.SILENCE);
    }
    return heard.isPresent();
  }

  /** Notes a breach if {@code words} arrive, and otherwise that {@code layer} kept them away. */
  void expectSilence(String words, String what, Attack.Layer layer, Attack.Notes notes) {
    if (hears(words)) {
      notes.breached(what + " was delivered");
    } else {
      notes.stopped(layer, what + " was not heard");
    }
  }

  @Override
  public void close() {
    service.close();
  }
}

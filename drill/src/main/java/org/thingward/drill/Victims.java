package org.thingward.drill;

import org.thingward.device.Acceptance;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;

/** Brings the devices of a drill into the state in which they are attacked. */
final class Victims {
  private Victims() {}

  /** Connects; a drill whose victim is not let in proves nothing. */
  static MqttSession connect(SimulatedDevice victim) {
    return connect(victim, MqttSettings.of(victim.id()));
  }

  static MqttSession connect(SimulatedDevice victim, MqttSettings settings) {
    return accepted(victim, victim.connect(settings));
  }

  /** Connects and subscribes to nothing. */
  static MqttSession open(SimulatedDevice listener) {
    return accepted(listener, listener.open(MqttSettings.of(listener.id())));
  }

  private static MqttSession accepted(SimulatedDevice victim, MqttSession session) {
    Acceptance answer = session.acceptance();
    if (!answer.accepted()) {
      throw new DrillNotRun(
          "its victim %s was not let in: CONNACK 0x%02X %s"
              .formatted(victim.id(), answer.reason(), answer.text()));
    }
    return session;
  }

  /** Tries to come back after a cut; tells whether that worked. */
  static boolean comesBack(SimulatedDevice victim) {
    try {
      return victim.connect().acceptance().accepted();
    } catch (ServerUnreachable refused) {
      return false;
    }
  }
}

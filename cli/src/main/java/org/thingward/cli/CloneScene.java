package org.thingward.cli;

import java.time.Duration;
import java.time.Instant;
import org.thingward.device.ClientTls;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.device.SimulatedDevice;

/** One key turns up twice: nobody can tell thief and owner apart, so both lose it (rule I3). */
final class CloneScene implements Scene {
  @Override
  public String title() {
    return "clone";
  }

  @Override
  public Told play(Stage stage) {
    SimulatedDevice owner = stage.device(Cast.CLONED);
    MqttSession original = owner.session();
    MqttSession copy =
        stage
            .fleet()
            .mqtt()
            .open(ClientTls.of(owner.credential()).hybridOnly(), MqttSettings.of(owner.id()));
    SceneFailed.unless(copy.acceptance().accepted(), "the copied key was not even tried");
    Instant overlap = stage.clock().instant();
    goOnReporting(owner);
    Duration ownerCut = stage.cutAfter(original, overlap, "the owner's session");
    Duration thiefCut = stage.cutAfter(copy, overlap, "the thief's session");
    SceneFailed.unless(!stage.getsIn(owner), "the shared key was let in again");
    Duration slower = ownerCut.compareTo(thiefCut) > 0 ? ownerCut : thiefCut;
    return Told.of(
            Cast.CLONED + "'s key appears in a second place",
            "both sessions cut after %d ms; the key is held until re-enrolled"
                .formatted(slower.toMillis()))
        .about(Cast.CLONED);
  }

  /** The owner knows nothing of the thief. */
  private static void goOnReporting(SimulatedDevice owner) {
    try {
      int unused = owner.publishTelemetry("{\"celsius\":21}");
    } catch (SessionClosed | ServerUnreachable cut) {
      // Being cut is what the scene goes on to look at.
    }
  }
}

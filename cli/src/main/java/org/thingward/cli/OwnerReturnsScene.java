package org.thingward.cli;

import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SimulatedDevice;
import org.thingward.trust.Subject;

/** A new token and a new key bring the owner back; the thief's copy stays worthless (rule I3). */
final class OwnerReturnsScene implements Scene {
  @Override
  public String title() {
    return "owner returns";
  }

  @Override
  public Told play(Stage stage) {
    SimulatedDevice owner = stage.device(Cast.CLONED);
    Credential stolen = owner.credential();
    stage.enrol(owner, Subject.device(owner.id()));
    SceneFailed.unless(stage.getsIn(owner), "the owner was not let in with its new key");
    SceneFailed.unless(!thiefGetsIn(stage, stolen), "the thief was let in with the old key");
    SceneFailed.unless(
        owner.publishTelemetry("{\"celsius\":21}") < 0x80, "the owner may not report");
    return Told.of(
            Cast.CLONED + " enrols with a new token and a new key, and reports again",
            "the thief tries the old key once more and stays out")
        .about(Cast.CLONED);
  }

  private static boolean thiefGetsIn(Stage stage, Credential stolen) {
    try (MqttSession session =
        stage.fleet().mqtt().open(ClientTls.of(stolen), MqttSettings.of(Cast.CLONED))) {
      return session.acceptance().accepted();
    } catch (ServerUnreachable refused) {
      return false;
    }
  }
}

package org.thingward.cli;

import org.thingward.device.MqttSession;
import org.thingward.device.SimulatedDevice;

/** A camera whose maker no longer mends it keeps its telemetry, and nothing else. */
final class EndOfSupportScene implements Scene {
  @Override
  public String title() {
    return "end of support";
  }

  @Override
  public Told play(Stage stage) {
    SimulatedDevice camera = stage.device(Cast.UNSUPPORTED);
    MqttSession session = camera.session();
    SceneFailed.unless(camera.publishTelemetry("{\"fps\":24}") < 0x80, "its telemetry was refused");
    int video = session.publishAcknowledged("t/" + camera.id() + "/video", "frame");
    SceneFailed.unless(video >= 0x80, "its video was accepted");
    SceneFailed.unless(session.isOpen(), "it was cut instead of being held to its telemetry");
    SimulatedDevice supported = stage.device("cam-04");
    SceneFailed.unless(
        supported.session().publishAcknowledged("t/cam-04/video", "frame") < 0x80,
        "a supported camera was held back too");
    return Told.of(
            Cast.UNSUPPORTED + " runs 4.2.0, unsupported for 20 days",
            "held to its telemetry topic: video answered 0x%02X, session open".formatted(video))
        .about(Cast.UNSUPPORTED);
  }
}

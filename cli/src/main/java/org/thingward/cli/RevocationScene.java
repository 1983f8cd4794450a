package org.thingward.cli;

import java.time.Duration;
import java.time.Instant;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.SimulatedDevice;
import org.thingward.device.Will;
import org.thingward.operator.Operator;
import tools.jackson.databind.JsonNode;

/** An operator's word ends a session at once, and the device's last will is not heard (rule G6). */
final class RevocationScene implements Scene {
  /** Stays in trust, so that its will shows that wills are heard at all. */
  private static final String CONTROL = "pump-05";

  private static final String LAST_WORDS = "{\"valve\":\"open\"}";

  @Override
  public String title() {
    return "revocation";
  }

  @Override
  public Told play(Stage stage) {
    MqttSession trusted = withWill(stage.device(CONTROL));
    trusted.vanish();
    SceneFailed.unless(
        stage.hears("t/" + CONTROL + "/telemetry", LAST_WORDS),
        "the will of a trusted device was not heard either");
    SimulatedDevice device = stage.device(Cast.REVOKED);
    MqttSession session = withWill(device);
    Instant start = stage.clock().instant();
    JsonNode answer =
        stage.operator().order(Operator.Order.REVOKE, device.id(), "stolen, says the story");
    Duration cut = stage.cutAfter(session, start, device.id());
    SceneFailed.unless(!answer.isMissingNode(), "the order was not answered");
    SceneFailed.unless(
        !stage.hears(device.telemetryTopic(), LAST_WORDS), "its will was heard after all");
    SceneFailed.unless(!stage.getsIn(device), "it was let in again");
    return Told.of(
            "an operator revokes " + Cast.REVOKED,
            "cut %d ms after the order; its will unheard, while %s's was heard"
                .formatted(cut.toMillis(), CONTROL))
        .about(Cast.REVOKED);
  }

  private static MqttSession withWill(SimulatedDevice device) {
    device.session().disconnect();
    Will will = new Will(device.telemetryTopic(), Stage.bytes(LAST_WORDS), 1, Duration.ZERO);
    MqttSession session = device.connect(MqttSettings.of(device.id()).withWill(will));
    SceneFailed.unless(session.acceptance().accepted(), device.id() + " was not let in");
    return session;
  }
}

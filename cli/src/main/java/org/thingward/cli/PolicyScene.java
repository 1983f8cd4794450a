package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.thingward.device.SimulatedDevice;
import tools.jackson.databind.JsonNode;

/**
 * A new rule takes a right from three devices while they are connected; the rest notice nothing.
 */
final class PolicyScene implements Scene {
  private static final String OLD_RULE = "over: {400d: warning}";
  private static final String NEW_RULE = "over: {200d: warning}";
  private static final String UNTOUCHED = "pump-10";

  @Override
  public String title() {
    return "policy change";
  }

  @Override
  public Told play(Stage stage) {
    String policy = new String(stage.operator().policy(), StandardCharsets.UTF_8);
    SceneFailed.unless(policy.contains(OLD_RULE), "the policy has no rule '" + OLD_RULE + "'");
    for (String id : Cast.OLDER) {
      SceneFailed.unless(mayDiagnose(stage.device(id)), id + " had no right to lose");
    }
    Instant start = stage.clock().instant();
    JsonNode applied =
        stage
            .operator()
            .applyPolicy(
                Stage.bytes(policy.replace(OLD_RULE, NEW_RULE)),
                "old firmware is a warning sooner");
    SceneFailed.unless(!applied.isMissingNode(), "the policy was not answered");
    for (String id : Cast.OLDER) {
      SceneFailed.unless(
          Patience.untilTrue(Stage.PATIENCE, () -> !mayDiagnose(stage.device(id))),
          id + " kept its right");
      SceneFailed.unless(
          stage.device(id).publishTelemetry("{\"bar\":2}") < 0x80, id + " lost its telemetry too");
    }
    Duration took = Duration.between(start, stage.clock().instant());
    SceneFailed.unless(mayDiagnose(stage.device(UNTOUCHED)), UNTOUCHED + " lost its right too");
    return Told.of(
            "firmware older than 200 days is now a warning, no longer older than 400",
            "%s lose their right to diagnostics mid-session, %d ms after the order"
                .formatted(String.join(", ", Cast.OLDER), took.toMillis()))
        .about(Cast.OLDER.getFirst());
  }

  private static boolean mayDiagnose(SimulatedDevice device) {
    SceneFailed.unless(device.isConnected(), device.id() + " was cut");
    return device.session().publishAcknowledged("t/" + device.id() + "/diagnostics", "{}") < 0x80;
  }
}

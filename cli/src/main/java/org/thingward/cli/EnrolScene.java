package org.thingward.cli;

import java.util.Map;
import java.util.TreeMap;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.Fleet;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/** An operator registers a fleet, and every device gets its certificate by its own token. */
final class EnrolScene implements Scene {
  @Override
  public String title() {
    return "enrol";
  }

  @Override
  public Told play(Stage stage) {
    JsonNode imported =
        stage.operator().importInventory(Cast.inventory(stage.clock().instant()), true, false);
    JsonNode referenced = stage.operator().applyReferenceValues(Cast.referenceValues());
    SceneFailed.unless(!imported.isMissingNode() && !referenced.isMissingNode(), "no answer");
    Map<String, EnrolmentToken> tokens = new TreeMap<>();
    for (String id : Cast.ids()) {
      tokens.put(id, stage.token(Subject.device(id)));
    }
    stage.enrol(stage.reader(), Subject.service(Cast.READER));
    EnrolmentToken any = tokens.values().iterator().next();
    try (EstClient est = new EstClient(stage.server(), any.authority())) {
      Fleet.Outcome outcome =
          stage
              .fleet()
              .enrolAll(
                  est,
                  tokens,
                  (done, total) ->
                      stage.terminal().progress("     enrol            " + done + " of " + total));
      SceneFailed.unless(outcome.complete(), Fleets.failures("enrolled", outcome));
      return Told.of(
          "%d of %d devices over EST, each with a token and a key of its own"
              .formatted(outcome.succeeded(), tokens.size()));
    }
  }
}

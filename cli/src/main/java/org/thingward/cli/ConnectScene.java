package org.thingward.cli;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.thingward.device.Fleet;
import org.thingward.device.Message;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;

/** All devices connect and report, and the service hears each of them. */
final class ConnectScene implements Scene {
  @Override
  public String title() {
    return "connect";
  }

  @Override
  public Told play(Stage stage) {
    MqttSession reader = stage.reader().open(MqttSettings.of(Cast.READER));
    SceneFailed.unless(reader.acceptance().accepted(), "the service was not let in");
    SceneFailed.unless(reader.subscribe("t/#", 1) < 0x80, "the service may not read telemetry");
    Fleet.Outcome connected =
        stage
            .fleet()
            .connectAll((done, total) ->
                stage.terminal().progress("     connect          " + done + " of " + total));
    SceneFailed.unless(connected.complete(), Fleets.failures("connected", connected));
    Fleet.Outcome published = stage.fleet().publishAll((done, total) -> {});
    SceneFailed.unless(published.complete(), Fleets.failures("published", published));
    int heard = heard(stage, connected.succeeded());
    return Told.of(
        "%d of %d by MQTT 5 over TLS 1.3, X25519MLKEM768"
            .formatted(connected.succeeded(), Cast.ids().size()),
        "the service %s hears %d of them".formatted(Cast.READER, heard));
  }

  private static int heard(Stage stage, int expected) {
    Set<String> topics = new HashSet<>();
    while (topics.size() < expected) {
      Optional<Message> message = stage.reader().session().nextMessage(Stage.PATIENCE);
      SceneFailed.unless(
          message.isPresent(), "the service heard %d of %d".formatted(topics.size(), expected));
      topics.add(message.orElseThrow().topic());
    }
    return topics.size();
  }
}

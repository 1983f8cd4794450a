package org.thingward.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.thingward.device.BootLogWriter;
import org.thingward.device.EnrolmentToken;
import org.thingward.device.EstClient;
import org.thingward.device.NeighbourReport;
import org.thingward.device.ServerRefused;
import org.thingward.device.SimulatedDevice;
import org.thingward.device.TpmAttester;
import org.thingward.device.VirtualTpm;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * Three devices whose keys are in TPMs: one boots what was released, one something else, and one's
 * TPM is copied. Behind the second is a device without a key, for which it vouches while it may.
 */
final class MeasuredBootScene implements Scene {
  private static final int AFFIRMING = 2;
  private static final int CONTRAINDICATED = 96;
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final String ADDRESS = "02:00:5e:10:00:07";
  private static final String TABLE =
      "[{\"dst\":\"192.0.2.7\",\"dev\":\"eth1\",\"lladdr\":\""
          + ADDRESS
          + "\",\"state\":[\"REACHABLE\"]}]";

  private final Gates gates;

  MeasuredBootScene(Gates gates) {
    this.gates = gates;
  }

  @Override
  public String title() {
    return "measured boot";
  }

  @Override
  public Told play(Stage stage) {
    if (gates.maker().isEmpty()) {
      return Told.of("skipped: " + gates.missing());
    }
    JsonNode imported =
        stage.operator().importInventory(Cast.gates(stage.clock().instant()), true, false);
    SceneFailed.unless(!imported.isMissingNode(), "no answer");
    List<CompletableFuture<SimulatedDevice>> coming =
        Gates.IDS.stream()
            .map(id -> CompletableFuture.supplyAsync(() -> arrived(stage, id)))
            .toList();
    List<SimulatedDevice> devices = coming.stream().map(CompletableFuture::join).toList();
    for (SimulatedDevice device : devices) {
      JsonNode posture = posture(stage, device.id());
      SceneFailed.unless(
          posture.path("assurance").asString("").equals("L5")
              && posture.path("tier").asInt() == AFFIRMING,
          device.id() + " is not of level 5, affirming: " + posture.path("reasons"));
    }
    vouches(stage, devices.get(1));
    String changed = changes(stage, devices.get(1));
    vouchesNoMore(stage);
    copied(stage, devices.get(2));
    devices.forEach(SimulatedDevice::close);
    return Told.of(
            Gates.HEALTHY + " has its key in a TPM and booted what was released: L5, affirming",
            changed,
            "%s has no key: %s vouched for it (L1) until it fell; now it is only seen (L0)"
                .formatted(Cast.KEYLESS, Gates.CHANGED),
            Gates.COPIED
                + "'s TPM was copied: once the original had restarted, the copy's time lay before"
                + " it; contraindicated")
        .about(Gates.CHANGED);
  }

  /** A device with a key in its TPM, a measured boot, and a session. */
  private SimulatedDevice arrived(Stage stage, String id) {
    VirtualTpm tpm = gates.of(id);
    SimulatedDevice device =
        new SimulatedDevice(id, stage.server(), stage.fleet().mqtt(), stage.random());
    EnrolmentToken token = stage.token(Subject.device(id));
    try (EstClient est = new EstClient(stage.server(), token.authority())) {
      device.enrol(est, token, tpm);
    }
    tpm.measure(Gates.released().events());
    try (TpmAttester attester = new TpmAttester(stage.server(), device.credential())) {
      attester.prove(tpm);
      attester.showOwnKey(tpm);
      attester.quote(tpm, Gates.released().bytes());
    }
    SceneFailed.unless(device.connect().acceptance().accepted(), id + " was not let in");
    return device;
  }

  /** The device behind it is where an operator put it, and answers. */
  private static void vouches(Stage stage, SimulatedDevice gateway) {
    JsonNode attached =
        stage
            .operator()
            .connection()
            .put(
                "/devices/" + Cast.KEYLESS + "/attachment",
                Map.of("gateway", gateway.id(), "address", ADDRESS));
    SceneFailed.unless(!attached.isMissingNode(), "no answer");
    try (NeighbourReport report = new NeighbourReport(stage.server(), gateway.credential())) {
      report.send(TABLE);
    }
    SceneFailed.unless(
        level(stage).equals("L1"), gateway.id() + " does not vouch for " + Cast.KEYLESS);
  }

  private static void vouchesNoMore(Stage stage) {
    SceneFailed.unless(
        Patience.until(WITHIN, () -> Optional.of(level(stage)).filter("L0"::equals)).isPresent(),
        Cast.KEYLESS + " is still vouched for");
  }

  private static String level(Stage stage) {
    return posture(stage, Cast.KEYLESS).path("assurance").asString("");
  }

  private String changes(Stage stage, SimulatedDevice device) {
    VirtualTpm tpm = gates.of(device.id());
    BootLogWriter guest = Gates.withAGuest();
    tpm.measure(List.of(guest.events().getLast()));
    try (TpmAttester attester = new TpmAttester(stage.server(), device.credential())) {
      Instant start = stage.clock().instant();
      attester.quote(tpm, guest.bytes());
      Duration cut = stage.cutAfter(device.session(), start, device.id());
      JsonNode posture = posture(stage, device.id());
      SceneFailed.unless(
          posture.path("reasons").toString().contains("boot.measurement differs"),
          device.id() + " fell for another reason: " + posture.path("reasons"));
      return "%s measures another boot (PCR 4): contraindicated; live session cut after %d ms"
          .formatted(device.id(), cut.toMillis());
    }
  }

  private void copied(Stage stage, SimulatedDevice device) {
    VirtualTpm original = gates.of(device.id());
    VirtualTpm copy = gates.copyOf(device.id());
    original.restart();
    original.measure(Gates.released().events());
    copy.measure(Gates.released().events());
    byte[] log = Gates.released().bytes();
    try (TpmAttester attester = new TpmAttester(stage.server(), device.credential())) {
      attester.quote(original, log);
      attester.quote(copy, log);
      throw new SceneFailed("the copy of " + device.id() + "'s TPM was believed");
    } catch (ServerRefused refused) {
      SceneFailed.unless(
          String.valueOf(refused.getMessage()).contains("time went back"),
          "the copy was refused for another reason: " + refused.getMessage());
    }
    SceneFailed.unless(
        posture(stage, device.id()).path("tier").asInt() == CONTRAINDICATED,
        device.id() + " did not fall");
  }

  private static JsonNode posture(Stage stage, String id) {
    return stage.operator().posture(Subject.device(id));
  }
}

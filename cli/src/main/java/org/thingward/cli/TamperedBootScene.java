package org.thingward.cli;

import java.time.Duration;
import java.time.Instant;
import org.thingward.device.SelfReport;
import org.thingward.device.SimulatedDevice;

/** A device boots something else than what was released for it. */
final class TamperedBootScene implements Scene {
  @Override
  public String title() {
    return "tampered boot";
  }

  @Override
  public Told play(Stage stage) {
    SimulatedDevice meter = stage.device(Cast.TAMPERED);
    try (SelfReport report = new SelfReport(stage.server(), meter.credential())) {
      report.boot(Cast.GOOD_BOOT);
      SceneFailed.unless(
          meter.publishTelemetry("{\"kwh\":7}") < 0x80, "a meter with a good boot was held back");
      Instant start = stage.clock().instant();
      report.boot(Cast.UNKNOWN_BOOT);
      Duration cut = stage.cutAfter(meter.session(), start, Cast.TAMPERED);
      SceneFailed.unless(!stage.getsIn(meter), Cast.TAMPERED + " was let in again");
      return Told.of(
              Cast.TAMPERED + " measures a boot that is not its release's",
              "contraindicated; live session cut after %d ms".formatted(cut.toMillis()))
          .about(Cast.TAMPERED);
    }
  }
}

package org.thingward.cli;

import java.io.IOException;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;

/** Everything so far is in a log that anyone can check without the server. */
final class LogScene implements Scene {
  @Override
  public String title() {
    return "offline check";
  }

  @Override
  public Told play(Stage stage) {
    LogSource log = new LogSource.Directory(stage.publicLog());
    try {
      LogReport report = new LogVerifier(log, LogVerifier.keysOf(log)).verify();
      SceneFailed.unless(report.ok(), String.join("; ", report.lines()));
      return Told.of(report.lines().toArray(String[]::new));
    } catch (IOException e) {
      throw new SceneFailed("the log cannot be read: " + e.getMessage());
    }
  }
}

package org.thingward.platform;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a child process is run.
 *
 * @param name its name in logs, also of its log file; lower case
 * @param command the program and its arguments
 * @param environment variables beside those inherited
 * @param directory its working directory
 * @param confined with whose privileges it runs
 * @param stopSignal the signal that asks it to end in order, without {@code SIG}, e.g. {@code TERM}
 * @param patience how long an orderly end may take before it is killed
 */
public record ChildPlan(
    String name,
    List<String> command,
    Map<String, String> environment,
    Path directory,
    Confined confined,
    String stopSignal,
    Duration patience) {
  public ChildPlan {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    if (!name.matches("[a-z][a-z0-9-]{0,31}") || !stopSignal.matches("[A-Z]{3,5}")) {
      throw new IllegalArgumentException("a child has a lower-case name and a signal like TERM");
    }
  }
}

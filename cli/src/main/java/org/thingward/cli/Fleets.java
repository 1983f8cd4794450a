package org.thingward.cli;

import java.util.stream.Collectors;
import org.thingward.device.Fleet;

/** How a step of a whole fleet is told. */
final class Fleets {
  private static final int SHOWN = 3;

  private Fleets() {}

  static String failures(String did, Fleet.Outcome outcome) {
    return "%d %s, %d did not: %s"
        .formatted(
            outcome.succeeded(),
            did,
            outcome.failures().size(),
            outcome.failures().entrySet().stream()
                .limit(SHOWN)
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining("; ")));
  }
}

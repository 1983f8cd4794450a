package org.thingward.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.thingward.operator.OperatorConnection;
import org.thingward.operator.OperatorProblem;
import tools.jackson.databind.JsonNode;

/**
 * Gets an API token by a confirmation in a browser: shows where and by which code, then asks until
 * an operator has answered (device authorisation, RFC 8628).
 */
final class BrowserConfirmation {
  private static final Duration SLOWER = Duration.ofSeconds(5);

  private final OperatorConnection connection;
  private final Terminal terminal;

  BrowserConfirmation(OperatorConnection connection, Terminal terminal) {
    this.connection = connection;
    this.terminal = terminal;
  }

  /**
   * The token and what it is good for.
   *
   * @throws OperatorProblem if it was refused, or nobody answered in time
   */
  JsonNode get(Map<String, Object> asked) {
    JsonNode begun = connection.access("/device/begin", asked);
    tell(begun);
    Map<String, String> question = Map.of("device-code", begun.path("device-code").asString(""));
    Duration interval = Duration.ofSeconds(Math.clamp(begun.path("interval").asLong(5), 1, 60));
    while (true) {
      LockSupport.parkNanos(interval.toNanos());
      try {
        JsonNode made = connection.access("/device/poll", question);
        terminal.progressEnded();
        return made;
      } catch (OperatorProblem notYet) {
        if (notYet.type().endsWith(":slow-down")) {
          interval = interval.plus(SLOWER);
        } else if (!notYet.type().endsWith(":authorization-pending")) {
          terminal.progressEnded();
          throw notYet;
        }
      }
    }
  }

  /** On the error stream: what a script takes is the token alone. */
  private void tell(JsonNode begun) {
    terminal
        .err()
        .printf(
            "Open this in a browser within %d minutes, and log in with your passkey:%n  %s%n"
                + "Confirm it there if the page shows this code: %s%n",
            begun.path("expires-in").asLong(600) / 60,
            Answers.text(begun, "verification-uri-complete"),
            Answers.text(begun, "user-code"));
    terminal.progress("  waiting for the browser…");
  }
}

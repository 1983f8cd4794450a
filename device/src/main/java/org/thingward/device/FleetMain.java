package org.thingward.device;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a simulated fleet against any server: {@code FleetMain HOST HTTPS-PORT MQTT-PORT TOKENS
 * [ROUNDS]}. The file holds a device id and its token a line, apart by a space.
 */
public final class FleetMain {
  private FleetMain() {}

  /** Exits with 0 if every device did everything, 1 if not, 2 for wrong arguments. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 4 || arguments.length > 5) {
      System.err.println("usage: FleetMain HOST HTTPS-PORT MQTT-PORT TOKENS [ROUNDS]");
      System.exit(2);
    }
    ServerAddress server =
        new ServerAddress(
            arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    Map<String, EnrolmentToken> tokens = tokens(Path.of(arguments[3]));
    int rounds = arguments.length == 5 ? Integer.parseInt(arguments[4]) : 1;
    System.exit(run(server, tokens, rounds, System.out) ? 0 : 1);
  }

  private static boolean run(
      ServerAddress server, Map<String, EnrolmentToken> tokens, int rounds, PrintStream out) {
    List<Fleet.Outcome> outcomes = new ArrayList<>();
    EnrolmentToken any = tokens.values().iterator().next();
    try (EstClient est = new EstClient(server, any.authority());
        Fleet fleet =
            new Fleet(
                server, List.copyOf(tokens.keySet()), InstantSource.system(), new SecureRandom())) {
      outcomes.add(report(out, "enrol", fleet.enrolAll(est, tokens, (done, total) -> {})));
      outcomes.add(report(out, "connect", fleet.connectAll((done, total) -> {})));
      for (int round = 0; round < rounds; round++) {
        outcomes.add(report(out, "publish", fleet.publishAll((done, total) -> {})));
      }
    }
    return outcomes.stream().allMatch(Fleet.Outcome::complete);
  }

  private static Fleet.Outcome report(PrintStream out, String step, Fleet.Outcome outcome) {
    Duration took = outcome.took();
    double perSecond = outcome.succeeded() / Math.max(0.001, took.toMillis() / 1000.0);
    out.printf(
        "%-10s%6d done %6d failed %8d ms %10.0f/s%n",
        step, outcome.succeeded(), outcome.failures().size(), took.toMillis(), perSecond);
    outcome.failures().entrySet().stream()
        .limit(5)
        .forEach(each -> out.println("  " + each.getKey() + ": " + each.getValue()));
    return outcome;
  }

  private static Map<String, EnrolmentToken> tokens(Path file) throws IOException {
    Map<String, EnrolmentToken> tokens = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        String[] parts = line.strip().split("\\s+", 2);
        tokens.put(parts[0], EnrolmentToken.parse(parts[1]));
      }
    }
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no tokens");
    }
    return tokens;
  }
}

package org.thingward.drills;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.ledger.ListedLedger;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Routes;
import org.thingward.platform.Time;
import org.thingward.trust.Caller;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The room over a log in memory, at a time that is set by hand. */
final class DrillHouse implements Time {
  static final Caller RUNNER = runner("7d0d");
  static final Caller OPERATOR = Caller.inPerson(Subject.operator("bob"));
  private static final JsonMapper JSON = JsonMapper.shared();

  final ListedLedger ledger = new ListedLedger();
  Drills drills;
  private Duration passed = Duration.ZERO;

  DrillHouse() {
    restart();
  }

  /** A token of ada's for drills alone. */
  static Caller runner(String token) {
    return new Caller(
        Subject.operator("ada"),
        Set.of(Permission.DRILL),
        Scope.EVERYWHERE,
        Optional.of(token),
        Optional.empty());
  }

  /** Starts the room again on the same log. */
  void restart() {
    drills = new Drills(ledger, this, new Randomness(this));
  }

  void pass(Duration time) {
    passed = passed.plus(time);
  }

  @Override
  public Instant now() {
    return Instant.parse("2026-11-23T15:00:00Z").plus(passed);
  }

  @Override
  public long nanos() {
    return passed.toNanos();
  }

  OperatorResponse answer(Caller caller, String method, String path, String body) {
    Routes.Builder<OperatorRoute> table = new Routes.Builder<>();
    drills.routes().forEach(route -> table.add(route.method(), route.path(), route));
    Routes.Match<OperatorRoute> match = table.build().find(method, path);
    return match
        .route()
        .handler()
        .handle(
            new OperatorRequest(
                caller,
                Scope.EVERYWHERE,
                device -> Optional.empty(),
                9443,
                match.variables(),
                Map.of(),
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8)));
  }

  JsonNode ask(Caller caller, String method, String path, Map<String, ?> body) {
    return ask(caller, method, path, JSON.writeValueAsString(body));
  }

  JsonNode ask(Caller caller, String method, String path, String body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      answer(caller, method, path, body).body().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.size() == 0 ? JSON.createObjectNode() : JSON.readTree(out.toByteArray());
  }

  JsonNode board() {
    return ask(OPERATOR, "GET", "/drills", "");
  }

  JsonNode run(String id) {
    return ask(OPERATOR, "GET", "/drills/runs/" + id, "");
  }

  /** Begins a run of these, and tells its name. */
  String begin(Caller caller, String... drills) {
    return ask(caller, "POST", "/drills/runs", offer(drills)).path("run").asString();
  }

  JsonNode report(Caller caller, String run, Map<String, ?> result) {
    return ask(caller, "POST", "/drills/runs/" + run + "/results", result);
  }

  /** What a runner says that it has. */
  static Map<String, Object> offer(String... drills) {
    return new HashMap<>(
        Map.of(
            "runner",
            "nightly@pump-house",
            "version",
            "0.1.0",
            "drills",
            List.of(drills).stream().map(DrillHouse::plan).toList()));
  }

  static Map<String, Object> plan(String drill) {
    return Map.of(
        "drill",
        drill,
        "number",
        1,
        "attempt",
        "connect without a certificate",
        "group",
        "Connections and input",
        "rules",
        List.of("G1"),
        "first",
        List.of(Map.of("layer", "tls", "how", "the handshake asks")),
        "second",
        List.of(Map.of("layer", "gateway", "how", "nobody is refused")),
        "shown",
        "weakened-build",
        "without",
        "");
  }

  /** What a runner reports of a drill that was stopped. */
  static Map<String, Object> stopped(String drill) {
    return new HashMap<>(
        Map.of(
            "drill",
            drill,
            "outcome",
            "stopped",
            "details",
            List.of("tls: no session"),
            "stops",
            List.of(Map.of("layer", "tls", "how", "no session")),
            "steps",
            List.of(Map.of("after-micros", 120, "who", "attacker", "what", "connects")),
            "took-ms",
            3,
            "entry",
            12));
  }

  /** As {@link #stopped}, with one member that is another. */
  static Map<String, Object> with(String member, Object value) {
    Map<String, Object> result = stopped("no-certificate");
    result.put(member, value);
    return result;
  }

  /** The problem that this meets. */
  static Problem problem(Runnable work) {
    try {
      work.run();
    } catch (Problem problem) {
      return problem;
    }
    throw new AssertionError("it was not refused");
  }
}

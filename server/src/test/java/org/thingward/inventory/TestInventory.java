package org.thingward.inventory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.thingward.ledger.ListedLedger;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Routes;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.Caller;
import org.thingward.trust.Impact;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An inventory on a real database, asked through its routes as an operator would. */
final class TestInventory implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
  private static final JsonMapper MAPPER = new JsonMapper();

  final Database database = TestDatabase.fresh();
  final ListedLedger ledger = new ListedLedger();
  final RecordingSink sink = new RecordingSink();
  Inventory inventory = opened();

  /** An inventory with nothing in it. */
  static TestInventory empty() {
    return new TestInventory();
  }

  /** One with products meter-2 (releases 3.0.0 and 3.1.0) and pump-3 (release 1.9). */
  static TestInventory withProducts() {
    TestInventory test = new TestInventory();
    test.ok("PUT", "/products/meter-2", "{\"maker\": \"Acme\"}");
    test.ok("PUT", "/products/pump-3", "{}");
    test.ok("PUT", "/releases/meter-2/3.0.0", "{\"released\": \"2019-03-01\"}");
    test.ok(
        "PUT",
        "/releases/meter-2/3.1.0",
        "{\"released\": \"2026-06-01\", \"support-ends\": \"2027-12-31\"}");
    test.ok(
        "PUT",
        "/releases/pump-3/1.9",
        "{\"released\": \"2025-11-23\", \"support-ends\": \"2026-01-31\"}");
    test.sink.take();
    return test;
  }

  /** The moment that every test is in. */
  static Time time() {
    return new FixedTime();
  }

  /** As after a restart of the process. */
  Inventory opened() {
    return new Inventory(database, ledger, sink, pieces -> Impact.NOTHING, new FixedTime());
  }

  record Reply(int status, Map<String, String> headers, String body) {
    JsonNode json() {
      return MAPPER.readTree(body);
    }
  }

  /** A change that was worked out, and not made yet. */
  Operation.Prepared prepare(String method, String target, String json) {
    Routes.Builder<OperatorRoute> routes = new Routes.Builder<>();
    inventory.routes().forEach(route -> routes.add(route.method(), route.path(), route));
    Routes.Match<OperatorRoute> match = routes.build().find(method, target);
    if (match.route().operation() instanceof Operation.Weighed(Operation.Preparation weighed)) {
      return weighed.of(
          request(match, "", json.getBytes(StandardCharsets.UTF_8), "application/json"));
    }
    throw new AssertionError(target + " is not weighed");
  }

  private static OperatorRequest request(
      Routes.Match<OperatorRoute> match, String query, byte[] body, String contentType) {
    return new OperatorRequest(
        Caller.inPerson(Subject.operator("anna")),
        Scope.EVERYWHERE,
        DevicePlaces.UNKNOWN,
        9443,
        match.variables(),
        query(query),
        contentType.isEmpty() ? Map.of() : Map.of("content-type", contentType),
        body);
  }

  /** The reply, which may be a problem. */
  Reply ask(String method, String target, byte[] body, String contentType) {
    String[] parts = target.split("\\?", 2);
    Routes.Builder<OperatorRoute> routes = new Routes.Builder<>();
    inventory.routes().forEach(route -> routes.add(route.method(), route.path(), route));
    try {
      Routes.Match<OperatorRoute> match = routes.build().find(method, parts[0]);
      OperatorResponse response =
          match
              .route()
              .handler()
              .handle(request(match, parts.length == 1 ? "" : parts[1], body, contentType));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      response.body().writeTo(out);
      return new Reply(response.status(), response.headers(), out.toString(StandardCharsets.UTF_8));
    } catch (Problem problem) {
      return new Reply(
          problem.status(), Map.of(), new String(problem.json(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply ask(String method, String target, String json) {
    return ask(method, target, json.getBytes(StandardCharsets.UTF_8), "application/json");
  }

  JsonNode get(String target) {
    return ok("GET", target, "");
  }

  /** The JSON of a reply that must be a success. */
  JsonNode ok(String method, String target, String json) {
    Reply reply = ask(method, target, json);
    if (reply.status() >= 300) {
      throw new AssertionError(method + " " + target + ": " + reply.status() + " " + reply.body());
    }
    return reply.json();
  }

  Reply importCsv(String query, String csv) {
    return ask("POST", "/devices/import" + query, csv.getBytes(StandardCharsets.UTF_8), "text/csv");
  }

  Reply importJson(String query, String json) {
    return ask("POST", "/devices/import" + query, json);
  }

  /** The errors of a refused import, each as {@code row:column:message}. */
  static List<String> errors(Reply reply) {
    if (reply.status() != 422) {
      throw new AssertionError("not refused: " + reply.status() + " " + reply.body());
    }
    return reply
        .json()
        .get("errors")
        .valueStream()
        .map(error ->
            error.get("row").asInt()
                + ":"
                + error.get("column").asString()
                + ":"
                + error.get("message").asString())
        .toList();
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts[1]);
    }
    return query;
  }

  @Override
  public void close() {
    try {
      database.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class FixedTime implements Time {
    @Override
    public Instant now() {
      return NOW;
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }
  }
}

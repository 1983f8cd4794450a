package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.web.HttpRequestHandler;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.OperatorWatch;
import org.thingward.platform.Problem;
import org.thingward.platform.Routes;
import org.thingward.platform.Time;
import org.thingward.trust.Caller;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.OperatorAction;
import org.thingward.trust.OperatorGate;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.Permission;
import org.thingward.trust.Receipt;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * The operator API below {@code /api/v1}: finds the route, asks the gate, puts changes on record
 * before they are made, and answers every mistake with a problem.
 */
public final class OperatorApi implements HttpRequestHandler {
  /** Below which path the routes are. */
  public static final String BASE = "/api/v1";

  /** The header that names an action's entry in the ledger. */
  static final String ENTRY = "thingward-entry";

  private static final Logger log = LoggerFactory.getLogger(OperatorApi.class);
  private static final double REQUESTS_PER_SECOND = 200;
  private static final double BURST = 1_000;
  // A cut waits for no storage (rule T6).
  private static final Set<String> CUTS =
      Set.of("device.quarantine", "device.revoke", "certificate.revoke", "api-token.withdraw");

  private final Routes<OperatorRoute> routes;
  private final OperatorGate gate;
  private final DevicePlaces places;
  private final OperatorWatch watch;
  private final Ledger ledger;
  private final Repeats repeats;
  private final Pace pace;
  private final Time time;

  /** Mounts {@code routes}; brings the schema of this room up to date. */
  public OperatorApi(
      List<OperatorRoute> routes,
      OperatorGate gate,
      DevicePlaces places,
      OperatorWatch watch,
      Ledger ledger,
      Database database,
      Time time) {
    Routes.Builder<OperatorRoute> table = new Routes.Builder<>();
    routes.forEach(route -> table.add(route.method(), route.path(), route));
    this.routes = table.build();
    this.gate = gate;
    this.places = places;
    this.watch = watch;
    this.ledger = ledger;
    this.time = time;
    database.migrate("console");
    this.repeats = new Repeats(database, time);
    this.pace = new Pace(REQUESTS_PER_SECOND, BURST, time);
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      answer(request, response);
    } catch (RuntimeException e) {
      Problem problem = Problem.of(e);
      if (problem.status() >= 500) {
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
      }
      Problems.write(response, problem);
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!pace.admits()) {
      throw new Problem(
          429, "too-many-requests", "More requests than 200 a second. Wait a little.");
    }
    Routes.Match<OperatorRoute> match =
        routes.find(request.getMethod(), request.getRequestURI().substring(BASE.length()));
    OperatorRoute route = match.route();
    OperatorRequest read = read(request, match);
    byte[] canonical = canonical(request, route, read);
    Scope scope =
        gate.demand(
            new OperatorAction(
                read.caller(), route.permission(), route.verb(), Digest.of(canonical)));
    OperatorRequest asked = read.within(scope);
    requireReach(route, asked);
    if (route.permission() == Permission.VIEW) {
      stream(asked.operator(), route.handler().handle(asked), response);
    } else {
      write(change(route, asked, canonical), response);
    }
  }

  /**
   * Keeps the scope, as far as the route says that this is not its handler's work.
   *
   * @throws Problem 404 for a device outside it, 403 if all devices must be in it
   */
  private static void requireReach(OperatorRoute route, OperatorRequest asked) {
    switch (route.reach()) {
      case DEVICE -> asked.requireDevice(asked.variable(OperatorRoute.DEVICE));
      case FLEET -> {
        if (!asked.scope().isEverywhere()) {
          throw new OperatorRefused(
              "%s concerns the whole fleet: it takes %s for every region and product."
                  .formatted(route.verb(), route.permission().word()));
        }
      }
      case FILTERED, OWN -> {}
    }
  }

  private Answer change(OperatorRoute route, OperatorRequest asked, byte[] canonical) {
    String key = asked.headers().getOrDefault("idempotency-key", "");
    if (key.isEmpty()) {
      return recordAndAct(route, asked, canonical);
    }
    String operator = asked.operator().name();
    Digest request = Digest.of(canonical);
    Supplier<Answer> work = () -> recordAndAct(route, asked, canonical);
    return CUTS.contains(route.verb())
        ? repeats.onceAndSoon(operator, key, request, work)
        : repeats.once(operator, key, request, work);
  }

  private Answer recordAndAct(OperatorRoute route, OperatorRequest asked, byte[] canonical) {
    Receipt receipt =
        CUTS.contains(route.verb())
            ? ledger.appendSoon(EntryType.OPERATOR_ACTION, asked.operator(), record(canonical))
            : ledger.append(EntryType.OPERATOR_ACTION, asked.operator(), record(canonical));
    watch.acted(asked.operator(), route.verb());
    OperatorResponse response = route.handler().handle(asked);
    Map<String, String> headers = new LinkedHashMap<>(response.headers());
    headers.put(ENTRY, receipt.entry().toString());
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      response.body().writeTo(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answer(response.status(), headers, body.toByteArray());
  }

  /** What the ledger commits to: the canonical request, whose body is named by its digest. */
  private byte[] record(byte[] canonical) {
    return CanonicalJson.encode(
        Map.of(
            "operator-action",
            1,
            "request",
            new String(canonical, StandardCharsets.UTF_8),
            "at",
            time.now().toString()));
  }

  private static byte[] canonical(
      HttpServletRequest request, OperatorRoute route, OperatorRequest asked) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("operator", asked.operator().toString());
    asked.caller().token().ifPresent(id -> tree.put("token", id));
    tree.put("verb", route.verb());
    tree.put("method", request.getMethod());
    tree.put("path", request.getRequestURI());
    tree.put("query", asked.query());
    tree.put("body", Digest.of(asked.body()).toString());
    return CanonicalJson.encode(tree);
  }

  private OperatorRequest read(HttpServletRequest request, Routes.Match<OperatorRoute> match) {
    return new OperatorRequest(
        caller(request),
        Scope.NOWHERE,
        places,
        request.getLocalPort(),
        match.variables(),
        Query.parse(request.getQueryString()),
        RequestBody.headers(request),
        RequestBody.read(request, match.route().maxBody()));
  }

  private static Caller caller(HttpServletRequest request) {
    if (request.getUserPrincipal() instanceof Authentication known
        && known.getPrincipal() instanceof Caller caller) {
      return caller;
    }
    throw new Problem(401, "not-an-operator", "Log in at the console with a passkey.");
  }

  private void stream(Subject operator, OperatorResponse answer, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    CountedOutput out = new CountedOutput(response.getOutputStream());
    try {
      answer.body().writeTo(out);
    } finally {
      watch.read(operator, out.bytes());
    }
  }

  private static void write(Answer answer, HttpServletResponse response) throws IOException {
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    response.getOutputStream().write(answer.body());
  }
}

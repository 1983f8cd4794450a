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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.web.HttpRequestHandler;
import org.thingward.ledger.Ledger;
import org.thingward.platform.ChangeControl;
import org.thingward.platform.Cuts;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.OperatorWatch;
import org.thingward.platform.PlannedChange;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.Routes;
import org.thingward.platform.Stakes;
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
  private static final String TYPE = "content-type";
  private static final String EVENTS = "text/event-stream";

  private final Routes<OperatorRoute> routes;
  private final OperatorGate gate;
  private final ChangeControl control;
  private final DevicePlaces places;
  private final OperatorWatch watch;
  private final Ledger ledger;
  private final Repeats repeats;
  private final Map<Subject, Pace> paces = new ConcurrentHashMap<>();
  private final OpenStreams streams = new OpenStreams();
  private final Time time;

  /** Mounts {@code routes}; brings the schema of this room up to date. */
  public OperatorApi(
      List<OperatorRoute> routes,
      OperatorGate gate,
      ChangeControl control,
      DevicePlaces places,
      OperatorWatch watch,
      Ledger ledger,
      Database database,
      Time time) {
    Routes.Builder<OperatorRoute> table = new Routes.Builder<>();
    routes.forEach(route -> table.add(route.method(), route.path(), route));
    OperatorRoute execution = execution();
    table.add(execution.method(), execution.path(), execution);
    this.routes = table.build();
    this.gate = gate;
    this.control = control;
    this.places = places;
    this.watch = watch;
    this.ledger = ledger;
    this.time = time;
    database.migrate("console");
    this.repeats = new Repeats(database, time);
  }

  /** Whether the caller may see what concerns the whole fleet, e.g. its figures. */
  boolean showsFleet(Caller caller) {
    try {
      return gate.demand(
              new OperatorAction(caller, Permission.VIEW, "figures.show", Digest.of(new byte[0])))
          .isEverywhere();
    } catch (OperatorRefused refused) {
      return false;
    }
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
      Problems.write(request, response, problem);
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Caller caller = caller(request);
    admit(caller.operator());
    Routes.Match<OperatorRoute> match =
        routes.find(request.getMethod(), request.getRequestURI().substring(BASE.length()));
    Asked asked = permitted(match.route(), read(caller, request, match), request.getRequestURI());
    if (match.route().permission() == Permission.VIEW) {
      show(asked, match.route().handler().handle(asked.request()), response);
    } else {
      write(change(asked), response);
    }
  }

  /** Of each operator so many: whoever asks too much keeps nobody else out. */
  private void admit(Subject operator) {
    if (!paces
        .computeIfAbsent(operator, who -> new Pace(REQUESTS_PER_SECOND, BURST, time))
        .admits()) {
      throw new Problem(
          429, "too-many-requests", "More requests than 200 a second. Wait a little.");
    }
  }

  /**
   * A request that may be made, as far as permissions and scope say.
   *
   * @param action what was demanded for it
   * @param path the whole path, as it was sent
   * @param canonical what the ledger commits to
   */
  private record Asked(
      OperatorRoute route,
      OperatorAction action,
      OperatorRequest request,
      String path,
      byte[] canonical) {
    private boolean isCut() {
      return Cuts.has(route.verb());
    }

    private boolean isDrill() {
      return action.permission() == Permission.DRILL;
    }
  }

  private Asked permitted(OperatorRoute route, OperatorRequest read, String path) {
    byte[] canonical = canonical(route, read, path);
    OperatorAction action =
        new OperatorAction(
            read.caller(), permission(route, read), route.verb(), Digest.of(canonical));
    OperatorRequest request = read.within(gate.demand(action));
    requireReach(route.reach(), action, request);
    return new Asked(route, action, request, path, canonical);
  }

  /** What it takes: of a token that was given drills and not this, drills, for what is theirs. */
  private static Permission permission(OperatorRoute route, OperatorRequest read) {
    Set<Permission> brought = read.caller().atMost();
    return !brought.contains(route.permission())
            && brought.contains(Permission.DRILL)
            && route.drills().test(read)
        ? Permission.DRILL
        : route.permission();
  }

  /**
   * Keeps the scope, as far as the route says that this is not its handler's work.
   *
   * @throws Problem 404 for a device outside it, 403 if all devices must be in it
   */
  private static void requireReach(Reach reach, OperatorAction action, OperatorRequest asked) {
    switch (reach) {
      case DEVICE -> asked.requireDevice(asked.variable(OperatorRoute.DEVICE));
      case FLEET -> requireEverywhere(action, asked.scope());
      case FILTERED, OWN -> {}
    }
  }

  private Answer change(Asked asked) {
    String key = asked.request().headers().getOrDefault("idempotency-key", "");
    if (key.isEmpty()) {
      return weighAndAct(asked);
    }
    String operator = asked.request().operator().name();
    Digest request = Digest.of(asked.canonical());
    Supplier<Answer> work = () -> weighAndAct(asked);
    return asked.isCut()
        ? repeats.onceAndSoon(operator, key, request, work)
        : repeats.once(operator, key, request, work);
  }

  /** Makes the change, or says for whom it waits. */
  private Answer weighAndAct(Asked asked) {
    Operation.Prepared prepared = prepared(asked);
    if (asked.isDrill()) { // About the red team's own devices, and about no other.
      return recordAndAct(asked, prepared, Map.of());
    }
    ChangeControl.Weighed weighed = control.weigh(planned(asked, prepared.stake()));
    return weighed.held().isPresent()
        ? answered(weighed.held().get(), Map.of())
        : recordAndAct(asked, prepared, weighed.headers());
  }

  /** Worked out once: what is weighed is what is made. */
  private static Operation.Prepared prepared(Asked asked) {
    OperatorRequest request = asked.request();
    return asked.route().operation() instanceof Operation.Weighed(Operation.Preparation preparation)
        ? preparation.of(request)
        : new Operation.Prepared(
            Stakes.Stake.NOTHING, () -> asked.route().handler().handle(request));
  }

  private static PlannedChange planned(Asked asked, Stakes.Stake stake) {
    OperatorRequest request = asked.request();
    return new PlannedChange(
        request.caller(),
        asked.route().verb(),
        asked.route().method(),
        asked.path(),
        request.query(),
        request.headers().getOrDefault(TYPE, ""),
        request.body(),
        stake);
  }

  /** Where whoever asked carries out what others agreed to. */
  public OperatorRoute execution() {
    return new OperatorRoute(
        "POST",
        "/approvals/{approval}/execute",
        Permission.VIEW,
        Reach.FILTERED,
        "approval.execute",
        OperatorRoute.NOTHING_TO_SAY,
        Operation.unweighed(
            "What it carries out was agreed to, and is weighed once more before.", this::execute));
  }

  /**
   * Carries out what others agreed to, for whoever asked it: by the way of every request, with the
   * bytes that were approved, and only if it does what was approved.
   */
  private OperatorResponse execute(OperatorRequest request) {
    ChangeControl.ApprovedChange approved =
        control.approved(request.variable("approval"), request.caller());
    Routes.Match<OperatorRoute> match =
        routes.find(approved.method(), approved.path().substring(BASE.length()));
    OperatorRequest read =
        new OperatorRequest(
            request.caller(),
            Scope.NOWHERE,
            places,
            request.port(),
            match.variables(),
            approved.query(),
            Map.of(TYPE, approved.contentType()),
            approved.body());
    Asked again = permitted(match.route(), read, approved.path());
    Operation.Prepared prepared = prepared(again);
    control.carryOut(approved, planned(again, prepared.stake()));
    Answer answer = recordAndAct(again, prepared, Map.of());
    return new OperatorResponse(answer.status(), answer.headers(), out -> out.write(answer.body()));
  }

  private Answer recordAndAct(Asked asked, Operation.Prepared prepared, Map<String, String> more) {
    byte[] record = record(asked.canonical());
    Receipt receipt =
        asked.isCut()
            ? ledger.appendSoon(EntryType.OPERATOR_ACTION, asked.request().operator(), record)
            : ledger.append(EntryType.OPERATOR_ACTION, asked.request().operator(), record);
    watch.acted(asked.request().operator(), asked.route().verb());
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put(ENTRY, receipt.entry().toString());
    return answered(prepared.act().get(), headers);
  }

  private static Answer answered(OperatorResponse response, Map<String, String> more) {
    Map<String, String> headers = new LinkedHashMap<>(response.headers());
    headers.putAll(more);
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

  private static byte[] canonical(OperatorRoute route, OperatorRequest read, String path) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("operator", read.operator().toString());
    read.caller().token().ifPresent(id -> tree.put("token", id));
    tree.put("verb", route.verb());
    tree.put("method", route.method());
    tree.put("path", path);
    tree.put("query", read.query());
    tree.put("body", Digest.of(read.body()).toString());
    return CanonicalJson.encode(tree);
  }

  private OperatorRequest read(
      Caller caller, HttpServletRequest request, Routes.Match<OperatorRoute> match) {
    return new OperatorRequest(
        caller,
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

  private void show(Asked asked, OperatorResponse answer, HttpServletResponse response)
      throws IOException {
    if (EVENTS.equals(answer.headers().get(TYPE))) {
      try (var open = streams.begin(asked.request().operator())) {
        stream(asked, answer, response);
      }
    } else {
      stream(asked, answer, response);
    }
  }

  /** Goes on while what it was permitted by is so: a stream ends with the right to it. */
  private void stream(Asked asked, OperatorResponse answer, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    CountedOutput out = new CountedOutput(response.getOutputStream());
    try {
      answer
          .body()
          .writeTo(
              new WhilePermitted(
                  out, () -> gate.demand(asked.action()).equals(asked.request().scope()), time));
    } finally {
      watch.read(asked.request().operator(), out.bytes());
    }
  }

  private static void requireEverywhere(OperatorAction action, Scope scope) {
    if (!scope.isEverywhere()) {
      throw new OperatorRefused(
          "%s concerns the whole fleet: it takes %s for every region and product."
              .formatted(action.verb(), action.permission().word()));
    }
  }

  private static void write(Answer answer, HttpServletResponse response) throws IOException {
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    response.getOutputStream().write(answer.body());
  }
}

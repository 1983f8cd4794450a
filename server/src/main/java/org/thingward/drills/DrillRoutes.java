package org.thingward.drills;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.Time;
import org.thingward.trust.Permission;

/** What operators see and ask of drills, and how runners are told and report. */
final class DrillRoutes {
  private static final String OWN_DEVICES =
      "It tells what drills did, and changes nobody's trust: they run on devices of their own.";
  private static final int SMALL = 8 << 10;
  private static final int REPORT = 128 << 10;
  private static final int CATALOGUE = 256 << 10;
  private static final int MOST = 100;
  private static final int LONGEST = 60;

  private final Runs runs;
  private final Runners runners;
  private final Events events;
  private final Views views;
  private final Time time;
  private final Supplier<UUID> ids;

  DrillRoutes(
      Runs runs, Runners runners, Events events, Views views, Time time, Supplier<UUID> ids) {
    this.runs = runs;
    this.runners = runners;
    this.events = events;
    this.views = views;
    this.time = time;
    this.ids = ids;
  }

  List<OperatorRoute> routes() {
    return List.of(
        view("/drills", "drill.list", request -> json(views.board(runners, runs, time.now()))),
        view("/drills/events", "drill.events", request -> events.changes()),
        view("/drills/runs/{run}", "drill.show", this::show),
        view("/drills/runs/{run}/sarif", "drill.sarif", this::sarif),
        operate("POST", "/drills/requests", "drill.request", SMALL, this::ask),
        operate("DELETE", "/drills/requests/{run}", "drill.withdraw", 0, this::withdraw),
        operate("POST", "/drills/runners", "drill.offer", CATALOGUE, this::offer).forDrills(),
        view("/drills/runners/{runner}/work", "drill.work", this::work).forDrills(),
        operate("POST", "/drills/runs", "drill.begin", CATALOGUE, this::begin).forDrills(),
        operate("POST", "/drills/runs/{run}/results", "drill.report", REPORT, this::report)
            .forDrills());
  }

  private static OperatorRoute view(String path, String verb, OperatorRoute.Handler handler) {
    return new OperatorRoute("GET", path, Permission.VIEW, Reach.FLEET, verb, 0, handler);
  }

  private static OperatorRoute operate(
      String method, String path, String verb, int most, OperatorRoute.Handler handler) {
    return new OperatorRoute(
        method,
        path,
        Permission.OPERATE,
        Reach.FLEET,
        verb,
        most,
        Operation.unweighed(OWN_DEVICES, handler));
  }

  private static OperatorResponse json(Map<String, Object> tree) {
    return OperatorResponse.json(tree);
  }

  private OperatorResponse show(OperatorRequest request) {
    UUID id = id(request, "run");
    Optional<Wish> waiting = runners.waiting(id);
    return json(waiting.isPresent() ? views.run(waiting.get()) : views.run(known(id), time.now()));
  }

  private OperatorResponse sarif(OperatorRequest request) {
    Run run = known(id(request, "run"));
    return json(RunSarif.of(run))
        .with(
            Map.of(
                "content-disposition",
                "attachment; filename=\"thingward-drill-%s.sarif\"".formatted(run.id())));
  }

  private Run known(UUID id) {
    return runs.find(id).orElseThrow(DrillRoutes::unknown);
  }

  private OperatorResponse ask(OperatorRequest request) {
    Reading body = Reading.of(request.body()).only("drills");
    List<String> names = body.has("drills") ? body.texts("drills", MOST, LONGEST) : List.of();
    Reading.requireDifferent(names, "drills");
    Wish wish =
        runners.wish(ids.get(), names, new DrillRecord.Asked(request.operator(), time.now()));
    events.changed(wish.run().toString());
    return OperatorResponse.json(201, views.run(wish));
  }

  private OperatorResponse withdraw(OperatorRequest request) {
    Wish withdrawn = runners.take(id(request, "run"));
    events.changed(withdrawn.run().toString());
    return OperatorResponse.nothing();
  }

  private OperatorResponse offer(OperatorRequest request) {
    Reading body = Reading.of(request.body()).only("runner", "version", "drills");
    Runner runner =
        new Runner(
            ids.get(),
            request.operator(),
            request.caller().token(),
            body.text("runner", LONGEST),
            body.text("version", LONGEST),
            Plan.all(body),
            time.now());
    runners.offer(runner);
    return OperatorResponse.json(201, Map.of("runner", runner.id().toString()));
  }

  private OperatorResponse work(OperatorRequest request) {
    Runner runner =
        runners
            .find(id(request, "runner"))
            .filter(each -> each.operator().equals(request.operator()))
            .filter(each -> each.token().equals(request.caller().token()))
            .orElseThrow(() ->
                new Problem(
                    404,
                    "unknown-runner",
                    "There is no such runner, or it came with another token or operator."));
    return events.work(runners, runner);
  }

  private OperatorResponse begin(OperatorRequest request) {
    Reading body = Reading.of(request.body()).only("run", "runner", "version", "drills");
    List<Plan> plans = Plan.all(body);
    Optional<Wish> wish =
        body.has("run") ? Optional.of(wished(body.text("run", LONGEST), plans)) : Optional.empty();
    Instant now = time.now();
    Run run =
        runs.begin(
            new DrillRecord.Begun(
                wish.map(Wish::run).orElseGet(ids),
                request.operator(),
                request.caller().token(),
                body.text("runner", LONGEST),
                body.text("version", LONGEST),
                plans,
                wish.map(Wish::asked),
                now));
    return OperatorResponse.json(201, views.run(run, now));
  }

  /** What was asked for, if it is just this; nobody else begins it. */
  private Wish wished(String name, List<Plan> plans) {
    Wish wish = runners.waiting(id(name)).orElseThrow(DrillRoutes::unknown);
    if (!wish.names().equals(plans.stream().map(Plan::drill).sorted().toList())) {
      throw new Problem(422, "not-as-asked", "The run that is asked for has other drills.");
    }
    return runners.take(wish.run());
  }

  private OperatorResponse report(OperatorRequest request) {
    Reading body =
        Reading.of(request.body())
            .only("drill", "outcome", "details", "stops", "steps", "took-ms", "entry");
    Run run =
        runs.report(
            id(request, "run"), Result.of(body), request.operator(), request.caller().token());
    return json(views.summary(run, time.now()));
  }

  private static UUID id(OperatorRequest request, String variable) {
    return id(request.variable(variable));
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw unknown();
    }
  }

  private static Problem unknown() {
    return new Problem(404, "unknown-run", "There is no such run; GET /drills lists them.");
  }
}

package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.app.OperatorCalls.Call;
import org.thingward.app.OperatorCalls.Thing;
import org.thingward.app.PasskeyClient.Answer;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Reach;
import org.thingward.trust.Permission;
import org.thingward.verify.policy.PolicyReader;
import tools.jackson.databind.JsonNode;

/**
 * Every operation of a running server, asked by operators of every role, and by two whose scopes
 * have no device in common: what one may not do is not done, and what one may not see is in no
 * answer. An operation that {@link OperatorCalls} does not know fails it.
 */
class ScopesTest {
  private static final String CSV = "device,product,release,owner,region,lifecycle\n";
  private static final Map<String, Set<Permission>> ROLES =
      Map.of(
          "viewer", Set.of(Permission.VIEW),
          "operator", Set.of(Permission.VIEW, Permission.OPERATE),
          "releaser", Set.of(Permission.VIEW, Permission.RELEASE),
          "policy-administrator", Set.of(Permission.VIEW, Permission.ADMINISTER_POLICY),
          "access-administrator", Set.of(Permission.VIEW, Permission.ADMINISTER_ACCESS));
  private static final List<String> ON_DEVICES = List.of("operator", "releaser");

  private static final Set<String> FOR_ANY_DRILL =
      Set.of(
          "GET /waves",
          "POST /drills/runners",
          "POST /drills/runs",
          "GET /drills/runners/{runner}/work",
          "POST /drills/runs/{run}/results");

  @TempDir static Path folder;
  private static final PutOnClock TIME = new PutOnClock();
  private static final ContractSchemas CONTRACT = ContractSchemas.ofResource();
  private static final Map<String, PasskeyClient> PEOPLE = new LinkedHashMap<>();
  private static RunningHouse house;
  private static PasskeyClient root;
  // Of the region elbe; of the product hudson, which is nowhere near it; of neither.
  private static PasskeyClient ofElbe;
  private static PasskeyClient ofHudson;
  private static Thing elbe;
  private static Thing hudson;
  private static Thing amur;

  @BeforeAll
  static void start() {
    house = new RunningHouse(folder, TIME);
    devices();
    root = new PasskeyClient("root", 1, port(), house.operatorCertificate());
    root.registerFirst(house.server().firstLink().orElseThrow());
    root.login();
    elbe = thing("elbe", "windmill");
    hudson = thing("hudson", "hudson-cam");
    amur = thing("amur", "windmill");
    Map<String, List<?>> invited = new LinkedHashMap<>();
    ROLES.keySet().stream()
        .sorted()
        .forEach(role -> invited.put(role, List.of(Map.of("role", role))));
    invited.put("none", List.of());
    invited.put("of-elbe", scoped("regions", "elbe-region"));
    invited.put("guest", scoped("regions", "elbe-region"));
    invited.put("of-hudson", scoped("products", "hudson-cam"));
    invite(invited);
    ofElbe = person("of-elbe");
    ofHudson = person("of-hudson");
  }

  @AfterAll
  static void stop() {
    if (house != null) {
      house.close();
    }
  }

  private static int port() {
    return house.server().endpoints().operator();
  }

  private static PasskeyClient person(String name) {
    PasskeyClient person = PEOPLE.get(name);
    if (person == null) {
      throw new AssertionError(name);
    }
    return person;
  }

  private static List<?> scoped(String by, String name) {
    return ON_DEVICES.stream().map(role -> Map.of("role", role, by, List.of(name))).toList();
  }

  /** Each mark has a device with a record, a certificate, decisions and a token. */
  private static void devices() {
    for (String product : List.of("windmill", "hudson-cam")) {
      must(house.operator("PUT", "/products/" + product, "{\"maker\":\"works\"}"));
      must(
          house.operator(
              "PUT", "/releases/" + product + "/1.0.0", "{\"released\":\"2026-01-01\"}"));
    }
    String rows =
        CSV
            + "elbe-1,windmill,1.0.0,elbe-owner,elbe-region,active\n"
            + "hudson-1,hudson-cam,1.0.0,hudson-owner,hudson-region,active\n"
            + "amur-1,windmill,1.0.0,amur-owner,amur-region,active\n";
    must(house.operator("POST", "/devices/import", "text/csv", rows));
    for (String mark : List.of("elbe", "hudson", "amur")) {
      String id = mark + "-1";
      house.enrol("device", id);
      assertThat(house.publish(id, "t/" + id + "/telemetry", "{}")).isZero();
      must(house.operator("POST", "/tokens", "{\"device\":\"" + id + "\",\"ttl\":\"24h\"}"));
    }
  }

  private static void must(RunningHouse.Answer answer) {
    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
  }

  private static Thing thing(String mark, String product) {
    String id = mark + "-1";
    JsonNode tokens = root.get("/tokens?limit=1000").tree().path("items");
    String token = "";
    for (JsonNode each : tokens) {
      if (each.path("subject").asString().equals("device:" + id)
          && each.path("status").asString().equals("open")) {
        token = each.path("id").asString();
      }
    }
    JsonNode decision = root.get("/decisions?subject=device:" + id).tree().path("items").get(0);
    return new Thing(
        mark,
        id,
        product,
        mark + "-region",
        root.get("/devices/" + id + "/certificates")
            .tree()
            .path("items")
            .get(0)
            .path("serial")
            .asString(),
        token,
        decision.path("index").asString());
  }

  /** Root is alone with all of them until the last, which is the other administrator's. */
  private static void invite(Map<String, List<?>> invited) {
    Map<String, String> registrations = new LinkedHashMap<>();
    invited.forEach((name, roles) -> {
      JsonNode made = root.change(Map.of("kind", "invitation", "operator", name, "roles", roles));
      assertThat(CONTRACT.breaches("ChangeMade", made.toString())).isEmpty();
      PasskeyClient person =
          new PasskeyClient(name, 10 + PEOPLE.size(), port(), house.operatorCertificate());
      person.follow(made.path("link").asString());
      PEOPLE.put(name, person);
    });
    Answer list = root.get("/operators");
    assertThat(CONTRACT.breachesOfAnswer("GET /operators", list.type(), list.text())).isEmpty();
    list.tree()
        .path("invitations")
        .forEach(each ->
            registrations.put(
                each.path("operator").asString(), each.path("registration").asString()));
    TIME.putOn(Duration.ofHours(1));
    root.login();
    List<String> names = new ArrayList<>(invited.keySet());
    names.remove("access-administrator");
    names.add("access-administrator");
    for (String name : names) {
      root.change(
          Map.of("kind", "activation", "operator", name, "registration", registrations.get(name)));
      person(name).login();
    }
  }

  private static String policy() {
    return new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);
  }

  private static List<OperatorRoute> routes() {
    return house.server().operatorRoutes();
  }

  private static String operation(OperatorRoute route) {
    return route.method() + " " + route.path();
  }

  @Test
  void every_operation_is_known_here() {
    assertThat(new OperatorCalls(elbe, policy()).operations())
        .isEqualTo(routes().stream().map(ScopesTest::operation).collect(Collectors.toSet()));
  }

  /** Whoever adds an operation that changes something says here by what it is weighed. */
  @Test
  void O3_every_operation_that_changes_something_is_weighed_or_the_page_says_why_not()
      throws IOException {
    Map<String, String> told = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/operators.md"))) {
      String[] cells = line.split("\\|");
      if (cells.length == 3 && cells[1].strip().matches("`(POST|PUT|DELETE) /.*`")) {
        told.put(cells[1].strip().replace("`", ""), cells[2].strip());
      }
    }
    Map<String, String> made = new TreeMap<>();
    for (OperatorRoute route : routes()) {
      switch (route.operation()) {
        case Operation.Read read -> {}
        case Operation.Weighed weighed -> made.put(operation(route), "weighed");
        case Operation.Unweighed unweighed -> made.put(operation(route), unweighed.because());
      }
    }
    assertThat(told).isEqualTo(made);
  }

  @Test
  void who_has_no_role_may_nothing_and_each_role_exactly_what_it_is_there_for() {
    Thing none =
        new Thing("none", "no-device", "no-product", "no-region", "77", "no-token", "none");
    OperatorCalls nothing = new OperatorCalls(none, policy());
    for (OperatorRoute route : routes()) {
      Call call = nothing.of(operation(route)).getFirst();
      Answer refused = call.by(person("none"));
      assertThat(isRefused(refused, route)).as("%s: %s", call, refused).isTrue();
      ROLES
          .keySet()
          .forEach(role ->
              assertThat(isRefused(call.by(person(role)), route))
                  .as("%s by a %s", call, role)
                  .isNotEqualTo(permits(role, route)));
    }
  }

  private static boolean permits(String role, OperatorRoute route) {
    return ROLES.getOrDefault(role, Set.of()).contains(route.permission());
  }

  private static boolean isRefused(Answer answer, OperatorRoute route) {
    return answer.status() == 403
        && answer.text().contains("does not hold " + route.permission().word() + ".");
  }

  @Test
  void nothing_that_a_scope_does_not_have_is_in_any_answer() {
    Set<String> seen = new TreeSet<>();
    for (OperatorRoute route : routes()) {
      if (!route.method().equals("GET")) {
        continue;
      }
      for (Call call : new OperatorCalls(elbe, policy()).of(operation(route))) {
        seen.addAll(
            onlyOwn(
                route, call, ofElbe, elbe, List.of("hudson-1", "hudson-o", "hudson-r", "amur")));
      }
      for (Call call : new OperatorCalls(hudson, policy()).of(operation(route))) {
        seen.addAll(onlyOwn(route, call, ofHudson, hudson, List.of("elbe", "amur", "windmill")));
      }
    }
    // Where somebody sees a device, there is something to leave out.
    assertThat(seen)
        .contains(
            "/devices",
            "/devices/{id}",
            "/devices/export",
            "/fleet",
            "/postures",
            "/decisions",
            "/tokens",
            "/evidence",
            "/proofs/{entry}",
            "/export",
            "/postures/{subject}");
  }

  /** The paths at which {@code who} is answered as root is, about {@code own} and nothing else. */
  private static List<String> onlyOwn(
      OperatorRoute route, Call call, PasskeyClient who, Thing own, List<String> others) {
    Answer all = call.by(root);
    Answer answer = call.by(who);
    if (route.reach() != Reach.OWN) {
      assertThat(answer.text()).as("%s by %s", call, who.name).doesNotContain(others);
    }
    if (ON_DEVICES.stream().noneMatch(role -> permits(role, route))) {
      assertThat(isRefused(answer, route)).as("%s by %s", call, who.name).isTrue();
      return List.of();
    }
    boolean everything = call.path().equals("/export");
    if (route.reach() == Reach.FLEET || everything) {
      assertThat(answer.status()).as("%s by %s", call, who.name).isEqualTo(403);
      assertThat(answer.text()).contains("every region and product");
      return List.of();
    }
    assertThat(answer.status()).as("%s by %s: %s", call, who.name, answer).isEqualTo(all.status());
    // Bundles and exports seal the content of each entry: what is in them is decided by subject.
    assertThat(answer.text().contains(own.id())).isEqualTo(all.text().contains(own.id()));
    return answer.text().contains(own.id()) ? List.of(route.path()) : List.of();
  }

  @Test
  void a_device_that_is_outside_is_answered_as_one_that_does_not_exist_and_stays_as_it_was() {
    Map<Thing, List<String>> before = new LinkedHashMap<>();
    for (Thing outside : List.of(hudson, amur)) {
      before.put(outside, state(outside));
    }
    for (OperatorRoute route : routes()) {
      for (Thing outside : List.of(hudson, amur)) {
        List<Call> real = new OperatorCalls(outside, policy()).of(operation(route));
        List<Call> phantom = new OperatorCalls(outside.phantom(), policy()).of(operation(route));
        for (int i = 0; i < real.size(); i++) {
          Answer about = real.get(i).by(ofElbe);
          Answer aboutNone = phantom.get(i).by(ofElbe);
          if (route.reach() == Reach.OWN || about.isStream()) {
            continue;
          }
          assertThat(outside.anonymous(about.text()))
              .as("%s", real.get(i))
              .isEqualTo(outside.phantom().anonymous(aboutNone.text()));
          assertThat(about.status()).isEqualTo(aboutNone.status());
          if (!route.method().equals("GET")) {
            assertThat(about.status()).as("%s: %s", real.get(i), about).isBetween(400, 499);
          }
        }
      }
    }
    before.forEach((outside, was) -> assertThat(state(outside)).isEqualTo(was));
  }

  /** What anything done to a device would change. */
  private static List<String> state(Thing thing) {
    return List.of(
        root.get("/devices/" + thing.id()).text(),
        root.get("/devices/" + thing.id() + "/certificates").text(),
        root.get("/evidence?subject=device:" + thing.id()).text(),
        root.get("/evidence?subject=product:" + thing.product()).text(),
        root.get("/tokens?limit=1000").text(),
        root.get("/products").text(),
        root.get("/releases").text());
  }

  @Test
  void a_token_for_drills_alone_touches_what_is_the_red_teams_and_nothing_else() {
    PasskeyClient runner = root.program(root.newToken("runner", List.of("drill")));
    Map<Thing, List<String>> before = new LinkedHashMap<>();
    for (Thing thing : List.of(elbe, hudson, amur)) {
      before.put(thing, state(thing));
    }
    for (OperatorRoute route : routes()) {
      for (Thing thing : List.of(elbe, hudson, elbe.phantom())) {
        for (Call call : new OperatorCalls(thing, policy()).of(operation(route))) {
          Answer answer = call.by(runner);
          if (FOR_ANY_DRILL.contains(operation(route))) {
            assertThat(answer.text()).as("%s", call).doesNotContain("was not given");
          } else {
            assertThat(answer.status()).as("%s: %s", call, answer).isEqualTo(403);
          }
          assertThat(answer.text()).as("%s", call).doesNotContain("-owner", "amur");
        }
      }
    }
    before.forEach((thing, was) -> assertThat(state(thing)).isEqualTo(was));
    // Nor by a request that names one of the red team's beside another.
    for (String body :
        List.of(
            "{\"device\":\"drill-00000001\",\"device\":\"elbe-1\"}",
            "{\"device\":\"drill-00000001\",\"service\":\"collector\"}",
            "{\"service\":\"collector\"}",
            "{\"device\":\"drill-press\"}",
            "[\"drill-00000001\"]")) {
      assertThat(runner.ask("POST", "/tokens", "application/json", body).status()).isEqualTo(403);
    }
    for (String path :
        List.of(
            "/decisions",
            "/decisions?subject=device:drill-00000001&subject=device:elbe-1",
            "/evidence?subject=device:drill-00000001")) {
      assertThat(runner.get(path).text()).as(path).doesNotContain("elbe");
    }
    String victim = "drill-0a1b2c3d";
    Answer token = runner.post("/tokens", Map.of("device", victim, "ttl", "10m"));
    assertThat(token.status()).isEqualTo(201);
    house.enrolWith(token.tree().path("token").asString(), victim);
    assertThat(runner.post("/devices/" + victim + "/revoke", Map.of("reason", "drill")).status())
        .isEqualTo(201);
    assertThat(runner.get("/postures/device:" + victim).status()).isEqualTo(200);
    assertThat(runner.post("/devices/" + victim + "/release", Map.of("reason", "drill")).status())
        .isEqualTo(403);
  }

  @Test
  void an_import_that_touches_one_foreign_device_changes_none() {
    String own = "elbe-1,windmill,1.0.0,another-owner,elbe-region,active\n";
    for (String row :
        List.of(
            "hudson-1,hudson-cam,1.0.0,burglar,hudson-region,active\n",
            // Into the own region, and so into the scope.
            "hudson-1,hudson-cam,1.0.0,burglar,elbe-region,active\n",
            "elbe-9,windmill,1.0.0,burglar,hudson-region,active\n")) {
      Answer answer = ofElbe.ask("POST", "/devices/import", "text/csv", CSV + own + row);
      assertThat(answer.status()).as(answer.text()).isEqualTo(422);
      assertThat(answer.text()).contains("outside your scope").doesNotContain("hudson-o");
    }
    Answer moved =
        ofElbe.ask(
            "PUT",
            "/devices/elbe-1",
            "application/json",
            "{\"product\":\"windmill\",\"region\":\"hudson-region\"}");
    assertThat(moved.status()).isEqualTo(422);
    String products =
        "{\"inventory\":1,\"products\":[{\"name\":\"hudson-cam\",\"maker\":\"burglar\"}],\"releases\":[],\"devices\":[]}";
    Answer changed = ofElbe.ask("POST", "/devices/import", "application/json", products);
    assertThat(changed.status()).as(changed.text()).isEqualTo(422);
    assertThat(root.get("/devices/elbe-1").text()).contains("elbe-owner");
    assertThat(root.get("/products").text()).doesNotContain("burglar");
    Answer good = ofElbe.ask("POST", "/devices/import", "text/csv", CSV + own);
    assertThat(good.status()).as(good.text()).isEqualTo(200);
    Answer back =
        ofElbe.ask(
            "POST",
            "/devices/import",
            "text/csv",
            CSV + "elbe-1,windmill,1.0.0,elbe-owner,elbe-region,active\n");
    assertThat(back.status()).isEqualTo(200);
  }

  @Test
  void counts_and_facets_are_those_of_the_scope() {
    JsonNode fleet = ofElbe.get("/fleet").tree();
    assertThat(fleet.path("of").asInt()).isEqualTo(1);
    assertThat(fleet.path("found").asInt()).isEqualTo(1);
    fleet
        .path("facets")
        .forEach(facet -> facet.forEach(count -> assertThat(count.asInt()).isEqualTo(1)));
    assertThat(root.get("/fleet").tree().path("of").asInt()).isGreaterThan(2);
    assertThat(devicesNow(ofElbe)).isEqualTo(1);
    assertThat(devicesNow(root)).isGreaterThan(2);
  }

  private static int devicesNow(PasskeyClient who) {
    JsonNode now =
        who.get("/fleet/history?over=day").tree().path("items").valueStream().toList().getLast();
    return Stream.of("affirming", "warning", "contraindicated", "none")
        .mapToInt(tier -> now.path(tier).asInt())
        .sum();
  }

  @Test
  @Timeout(60)
  void a_stream_tells_of_devices_of_the_scope_alone_and_ends_with_the_right_to_it()
      throws IOException {
    try (BufferedReader events = follow(person("guest"))) {
      assertThat(events.readLine()).isEqualTo(": following");
      for (String id : List.of("hudson-1", "amur-1", "elbe-1")) {
        assertThat(house.publish(id, "t/" + id + "/telemetry", "{}")).isZero();
      }
      String line = events.readLine();
      while (!line.contains("elbe-1")) {
        assertThat(line).doesNotContain("hudson", "amur");
        line = events.readLine();
      }
      root.change(Map.of("kind", "withdrawal", "operator", "guest", "reason", "the visit is over"));
      TIME.pass(Duration.ofSeconds(2));
      assertThat(house.publish("elbe-1", "t/elbe-1/telemetry", "{}")).isZero();
      assertThat(isOver(events)).isTrue();
    }
  }

  /** Reads to the end; a stream that is broken off is over too. */
  private static boolean isOver(BufferedReader events) {
    try {
      String line = events.readLine();
      while (line != null) {
        line = events.readLine();
      }
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void figures_are_of_the_whole_fleet() {
    for (String page : List.of("/actuator/prometheus", "/actuator/health", "/actuator")) {
      for (String name : List.of("none", "of-elbe", "of-hudson")) {
        Answer answer = person(name).outside(page);
        assertThat(answer.status()).as("%s: %s", page, answer).isEqualTo(403);
        assertThat(answer.type()).isEqualTo("application/problem+json");
      }
      assertThat(person("viewer").outside(page).status()).as(page).isIn(200, 404);
    }
    for (String detour :
        List.of(
            "/%61ctuator/prometheus",
            "/api/v1/%2e%2e/%2e%2e/actuator/prometheus",
            "/api/v1/..;/..;/actuator/prometheus",
            "//actuator/prometheus")) {
      assertThat(ofElbe.outside(detour).status()).as(detour).isIn(400, 403, 404);
    }
  }

  private static BufferedReader follow(PasskeyClient who) {
    return new BufferedReader(
        new InputStreamReader(
            who.follow("/decisions/events", "text/event-stream"), StandardCharsets.UTF_8));
  }
}

package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.inventory.Inventory;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Randomness;
import org.thingward.platform.Routes;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.posture.Postures;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Posture;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.record.Records;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Devices go through tiers; what is told of that afterwards is what the log says. */
class FleetHistoryTest {
  private static final Set<Tier> TIERS = Set.of(Tier.values());

  @TempDir private Path folder;
  private final PutOnClock time = new PutOnClock();
  private final Randomness randomness = new Randomness(time);
  private Database database;
  private TiledLedger ledger;
  private Postures postures;
  private Inventory inventory;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.fresh();
    open();
  }

  /** As the server puts them together. */
  private void open() throws IOException {
    LedgerKeys keys = LedgerKeys.open(folder, randomness);
    ledger = TiledLedger.open(folder.resolve("log"), keys, time, randomness, database);
    postures = new Postures(database, ledger, folder, new SteadyTime(time));
    inventory =
        new Inventory(database, ledger, postures.sinkFor("inventory"), postures.foresight(), time);
    postures.subscribe(inventory);
    inventory.stood(postures.all());
    inventory.remembers(postures::pastTiers);
  }

  private void restart() throws Exception {
    postures.close();
    ledger.close();
    open();
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    ledger.close();
    database.close();
  }

  @Test
  void tiers_over_time_are_those_of_the_log_before_and_after_a_restart_and_of_the_scope_alone()
      throws Exception {
    var unused = ask("PUT", "/products/pump", "{}", Scope.EVERYWHERE);
    register("elbe-1", "elbe");
    register("elbe-2", "elbe");
    time.pass(Duration.ofMinutes(3));
    register("hudson-1", "hudson");
    state("elbe-1", "identity", "identity.holder", "credential.holder", "sole");
    state("hudson-1", "identity", "identity.holder", "credential.holder", "sole");
    state("elbe-1", "operator", "operator.order", "order", "quarantine");
    time.pass(Duration.ofMinutes(7));
    state("hudson-1", "operator", "operator.order", "order", "revoke");
    state("elbe-1", "operator", "operator.order", "order", "release");
    time.pass(Duration.ofMinutes(2));
    List<JsonNode> live = history("", Scope.EVERYWHERE);
    assertThat(live.getLast().toString())
        .contains("\"contraindicated\":1,\"none\":1,\"warning\":0,\"affirming\":1");
    assertThat(live)
        .anyMatch(moment ->
            moment.path("affirming").asInt() == 1
                && moment.path("contraindicated").asInt() == 1
                && moment.path("none").asInt() == 1);
    List<JsonNode> elbe = history("", Scope.of(Set.of("elbe"), Set.of()));
    restart();
    assertThat(history("", Scope.EVERYWHERE)).startsWith(whole(live));
    assertThat(history("", Scope.of(Set.of("elbe"), Set.of()))).startsWith(whole(elbe));
    assertThat(history("region:elbe", Scope.EVERYWHERE)).startsWith(whole(elbe));
    agreesWithTheLog(live, Set.of("elbe-1", "elbe-2", "hudson-1"));
    agreesWithTheLog(elbe, Set.of("elbe-1", "elbe-2"));
    assertThat(history("", Scope.of(Set.of("amur"), Set.of())))
        .allMatch(moment -> counts(moment).values().stream().allMatch(count -> count == 0));
  }

  /** Without the last, which is of the moment in which it was asked. */
  private static JsonNode[] whole(List<JsonNode> moments) {
    return moments.subList(0, moments.size() - 1).toArray(JsonNode[]::new);
  }

  private void agreesWithTheLog(List<JsonNode> moments, Set<String> devices) {
    List<Posture> postures =
        ledger.openings().unseen(EntryType.POSTURE).rest().stream()
            .map(entry -> Records.posture(entry.content()))
            .filter(posture -> devices.contains(posture.subject().name()))
            .toList();
    assertThat(postures).hasSizeGreaterThan(devices.size());
    for (JsonNode moment : moments) {
      Instant at = Instant.parse(moment.path("at").asString());
      Map<String, Tier> stood = new TreeMap<>();
      postures.stream()
          .filter(posture -> !posture.at().isAfter(at))
          .forEach(posture -> stood.put(posture.subject().name(), posture.tier()));
      Map<String, Integer> counted = new TreeMap<>();
      TIERS.forEach(tier -> counted.put(tier.word(), 0));
      stood.values().forEach(tier -> counted.merge(tier.word(), 1, Integer::sum));
      assertThat(counts(moment)).as(at.toString()).isEqualTo(counted);
    }
  }

  private static Map<String, Integer> counts(JsonNode moment) {
    return new TreeMap<>(
        TIERS.stream()
            .collect(Collectors.toMap(Tier::word, tier -> moment.path(tier.word()).asInt())));
  }

  private List<JsonNode> history(String query, Scope scope) {
    return ask("GET", "/fleet/history?over=hour&query=" + query, "", scope)
        .path("items")
        .valueStream()
        .toList();
  }

  private void register(String id, String region) {
    var unused =
        ask(
            "POST",
            "/devices",
            "{\"id\":\"%s\",\"product\":\"pump\",\"region\":\"%s\"}".formatted(id, region),
            Scope.EVERYWHERE);
  }

  private void state(String device, String source, String kind, String claim, String word) {
    postures
        .sinkFor(source)
        .state(
            new Evidence(
                Subject.device(device),
                kind,
                source,
                AssuranceLevel.L5,
                new TreeMap<>(Map.of(claim, new ClaimValue.Word(word))),
                time.now(),
                Evidence.NO_END,
                Digest.of(claim.getBytes(StandardCharsets.UTF_8))));
  }

  private JsonNode ask(String method, String target, String json, Scope scope) {
    Routes.Builder<OperatorRoute> routes = new Routes.Builder<>();
    inventory.routes().forEach(route -> routes.add(route.method(), route.path(), route));
    String[] parts = target.split("\\?", 2);
    Map<String, String> query = new TreeMap<>();
    for (String pair : parts.length == 1 ? new String[0] : parts[1].split("&")) {
      query.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
    }
    Routes.Match<OperatorRoute> match = routes.build().find(method, parts[0]);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      match
          .route()
          .handler()
          .handle(
              new OperatorRequest(
                  Caller.inPerson(Subject.operator("anna")),
                  scope,
                  DevicePlaces.UNKNOWN,
                  9443,
                  match.variables(),
                  query,
                  Map.of("content-type", "application/json"),
                  json.getBytes(StandardCharsets.UTF_8)))
          .body()
          .writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new JsonMapper().readTree(out.toString(StandardCharsets.UTF_8));
  }
}

package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Permission;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.reference.TestReleases;

class RoutesTest {
  private static final String REASON = "{\"reason\":\"lost on site\"}";

  @TempDir private Path folder;
  private final TestTime time = new TestTime();
  private Database database;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    postures = new Postures(database, new MemoryLedger(database), folder, new SteadyTime(time));
    for (String device : List.of("cam-1", "cam-2", "cam-3")) {
      var unused =
          postures
              .sinkFor("identity")
              .state(
                  new Evidence(
                      Subject.device(device),
                      "identity.holder",
                      "identity",
                      AssuranceLevel.L3,
                      new TreeMap<>(Map.of("credential.holder", new ClaimValue.Word("sole"))),
                      time.now(),
                      Evidence.NO_END,
                      Digest.of(new byte[0])));
    }
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @Test
  void a_posture_is_shown_with_its_receipt_and_place() {
    assertThat(get("/postures/{subject}", Map.of("subject", "device:cam-1"), Map.of()))
        .contains(
            "\"subject\":\"device:cam-1\"", "\"tier\":2", "\"receipt\":\"sha256:", "\"index\":");
    assertThatThrownBy(() -> get("/postures/{subject}", Map.of("subject", "device:x"), Map.of()))
        .isInstanceOf(Problem.class)
        .hasMessage("Nothing was ever stated about device:x.");
    assertThatThrownBy(() -> get("/postures/{subject}", Map.of("subject", "x"), Map.of()))
        .hasMessageContaining("is no subject");
  }

  @Test
  void postures_are_listed_by_tier_and_in_pages() {
    String first = get("/postures", Map.of(), Map.of("limit", "2", "tier", "affirming"));
    assertThat(first).contains("cam-1", "cam-2", "\"next\":\"device:cam-2\"");
    String second = get("/postures", Map.of(), Map.of("limit", "2", "cursor", "device:cam-2"));
    assertThat(second).contains("cam-3").doesNotContain("cam-1", "next");
    assertThatThrownBy(() -> get("/postures", Map.of(), Map.of("tier", "good")))
        .hasMessageContaining("'good' is no tier");
  }

  @Test
  void T5_an_operator_quarantines_and_releases() {
    assertThat(post("/devices/{id}/quarantine", Map.of("id", "cam-1"), REASON))
        .contains("\"word\":\"quarantine\"", "\"id\":\"sha256:");
    assertThat(get("/postures/{subject}", Map.of("subject", "device:cam-1"), Map.of()))
        .contains("\"tier\":96");
    time.pass(java.time.Duration.ofSeconds(1));
    assertThat(post("/devices/{id}/release", Map.of("id", "cam-1"), REASON)).contains("release");
    assertThat(get("/postures/{subject}", Map.of("subject", "device:cam-1"), Map.of()))
        .contains("\"tier\":2");
    assertThatThrownBy(() -> post("/devices/{id}/revoke", Map.of("id", "cam-9"), REASON))
        .hasMessageContaining("There is no device:cam-9");
  }

  @Test
  void an_order_needs_a_reason_that_is_on_record_in_the_operators_words() {
    String path = "/devices/{id}/quarantine";
    Map<String, String> device = Map.of("id", "cam-1");
    for (String body :
        List.of(
            "{}",
            "{\"reason\":\" \"}",
            "{\"reason\":7}",
            "{\"reason\":\"two\\nlines\"}",
            "{\"reason\":\"" + "x".repeat(257) + "\"}",
            "{\"reason\":\"x\",\"why\":\"y\"}")) {
      assertThatThrownBy(() -> post(path, device, body)).isInstanceOf(Problem.class);
    }
    assertThat(get("/postures/{subject}", Map.of("subject", "device:cam-1"), Map.of()))
        .contains("\"tier\":2");
    assertThat(post(path, device, REASON)).contains("\"order.reason\":{\"word\":\"lost on site\"}");
  }

  @Test
  void a_release_takes_its_own_permission() {
    assertThat(route("POST", "/devices/{id}/release").permission()).isEqualTo(Permission.RELEASE);
    String body =
        "{\"subject\":\"device:cam-1\",\"kind\":\"operator.order\","
            + "\"claims\":{\"order\":{\"word\":\"release\"}}}";
    assertThatThrownBy(() -> post("/evidence", Map.of(), body))
        .hasMessageContaining("its own permission");
  }

  @Test
  void evidence_is_sent_and_listed_and_mistakes_are_named() {
    String body =
        "{\"subject\":\"device:cam-1\",\"kind\":\"operator.order\","
            + "\"claims\":{\"order\":{\"word\":\"quarantine\"}}}";
    assertThat(post("/evidence", Map.of(), body)).contains("\"receipt\"");
    assertThat(get("/evidence", Map.of(), Map.of("subject", "device:cam-1")))
        .contains("operator.order", "identity.holder");
    refuses(body.replace("kind", "kinds"), "'kinds' is not known here");
    refuses(body.replace("\"order\":", "\"ordre\":"), "The policy knows no claim 'ordre'");
    refuses(body.replace("\"word\":\"quarantine\"", "\"word\":7"), "order.word is no text");
    refuses(body.replace("quarantine", "burn"), "takes one of quarantine, release, revoke");
    refuses(body.replace("operator.order", "boot"), "the policy lets operator state no boot");
    refuses("[", "The body is no JSON");
  }

  @Test
  void decisions_are_listed_newest_first_and_by_subject() throws Exception {
    for (String device : List.of("cam-1", "cam-2")) {
      var unused =
          postures.decide(
              new Request(
                  RequestKind.CONNECT,
                  Subject.device(device),
                  Digest.of(new byte[0]),
                  Evidence.NO_END));
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!postures.isListed()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
    String first = get("/decisions", Map.of(), Map.of("limit", "1"));
    assertThat(first).contains("cam-2", "\"verdict\":\"deny\"", "\"index\":", "\"next\":");
    assertThat(get("/decisions", Map.of(), Map.of("subject", "device:cam-1")))
        .contains("cam-1")
        .doesNotContain("cam-2");
    assertThat(get("/decisions", Map.of(), Map.of("verdict", "permit")))
        .isEqualTo("{\"items\":[]}");
  }

  @Test
  void a_policy_is_checked_before_it_is_applied() {
    byte[] good = PolicyReader.defaultPolicy();
    assertThat(call("POST", "/policy/check", Map.of(), Map.of(), good))
        .contains(Digest.of(good).toString());
    byte[] bad = new String(good, UTF_8).replace("raises: yes", "raises: maybe").getBytes(UTF_8);
    assertThatThrownBy(() -> call("PUT", "/policy", Map.of(), Map.of(), bad))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(422);
              assertThat(problem.members().get("errors").toString()).contains("line=", "column=");
            });
    assertThat(postures.policy().digest()).isEqualTo(Digest.of(good));
    assertThat(get("/policy", Map.of(), Map.of())).startsWith("# The appraisal policy");
  }

  @Test
  void a_makers_signed_values_are_taken_in_order_and_nobody_elses() {
    KeyPair maker = TestReleases.key();
    String policy =
        new String(PolicyReader.defaultPolicy(), UTF_8)
            + "products: {cam: {release-keys: [\"%s\"]}}\n".formatted(TestReleases.inPolicy(maker));
    postures.applyPolicy(policy.getBytes(UTF_8), Subject.operator("ada"));
    Digest first = Digest.of("first".getBytes(UTF_8));
    Digest second = Digest.of("second".getBytes(UTF_8));
    String seventh = TestReleases.signed(maker, TestReleases.document("cam", 7, "1.0.0", first));
    importValues(seventh);
    String taken = get("/reference-values", Map.of(), Map.of());
    assertThat(taken).contains("\"cam@1.0.0\":{\"boot.measurement\":[\"" + first, "\"version\":7");
    importValues(seventh + "\n");
    assertThat(get("/reference-values", Map.of(), Map.of())).as("once more").isEqualTo(taken);
    importValues(TestReleases.signed(maker, TestReleases.document("cam", 8, "1.1.0", second)));
    String newer = get("/reference-values", Map.of(), Map.of());
    assertThat(newer).contains("cam@1.1.0", "\"version\":8").doesNotContain("cam@1.0.0");

    importRefused("reference-values-older", seventh);
    String otherEighth = TestReleases.document("cam", 8, "1.0.0", first);
    importRefused("reference-values-older", TestReleases.signed(maker, otherEighth));
    KeyPair stranger = TestReleases.key();
    String ninth = TestReleases.document("cam", 9, "1.0.0", first);
    importRefused("reference-values-refused", TestReleases.signed(stranger, ninth));
    importRefused("reference-values-refused", ninth);
    String foreign = TestReleases.document("lock", 1, "1.0.0", first);
    importRefused("reference-values-refused", TestReleases.signed(maker, foreign));
    assertThat(get("/reference-values", Map.of(), Map.of())).isEqualTo(newer);

    // An operator gives other products' values, and changes neither these nor what was taken.
    String others = newer.replace("\"releases\":{", "\"releases\":{\"bell@1\":{},");
    put(others);
    assertThat(get("/reference-values", Map.of(), Map.of())).isEqualTo(others);
    put("{\"reference-values\":1,\"releases\":" + releases(newer) + "}");
    assertThat(get("/reference-values", Map.of(), Map.of())).isEqualTo(newer);
    assertThatThrownBy(() -> put(newer.replace(second.toString(), first.toString())))
        .hasMessageContaining("come from documents that its release keys sign");
    assertThatThrownBy(() -> put("{\"reference-values\":1,\"releases\":{}}"))
        .hasMessageContaining("come from documents that its release keys sign");
    assertThatThrownBy(() -> put(newer.replace("\"version\":8", "\"version\":6")))
        .hasMessageContaining("is not for writing");
  }

  private static String releases(String values) {
    return values.substring(values.indexOf("\"releases\":") + 11, values.length() - 1);
  }

  private void put(String values) {
    var unused = call("PUT", "/reference-values", Map.of(), Map.of(), values.getBytes(UTF_8));
  }

  private void importValues(String signed) {
    assertThat(post("/reference-values", Map.of(), signed)).contains("sha256:");
  }

  private void importRefused(String type, String signed) {
    assertThatThrownBy(() -> post("/reference-values", Map.of(), signed))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.type()).endsWith(type));
  }

  private void refuses(String body, String message) {
    assertThatThrownBy(() -> post("/evidence", Map.of(), body))
        .isInstanceOf(Problem.class)
        .hasMessageContaining(message);
  }

  private String get(String path, Map<String, String> variables, Map<String, String> query) {
    return call("GET", path, variables, query, new byte[0]);
  }

  private String post(String path, Map<String, String> variables, String body) {
    return call("POST", path, variables, Map.of(), body.getBytes(UTF_8));
  }

  private OperatorRoute route(String method, String path) {
    return postures.routes().stream()
        .filter(route -> route.method().equals(method) && route.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private String call(
      String method,
      String path,
      Map<String, String> variables,
      Map<String, String> query,
      byte[] body) {
    OperatorResponse response =
        route(method, path)
            .handler()
            .handle(
                new OperatorRequest(
                    Caller.inPerson(Subject.operator("ada")),
                    Scope.EVERYWHERE,
                    DevicePlaces.UNKNOWN,
                    9443,
                    variables,
                    query,
                    new HashMap<>(),
                    body));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      response.body().writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toString(UTF_8);
  }
}

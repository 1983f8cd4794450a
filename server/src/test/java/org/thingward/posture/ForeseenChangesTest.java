package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Stakes;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Impact;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.PolicyReader;

/** What a change would do is found out by the real appraisal, and nothing is done by that. */
class ForeseenChangesTest {
  private static final Subject CAM_1 = Subject.device("cam-1");
  private static final Subject CAM_2 = Subject.device("cam-2");
  private static final String REASON = "{\"reason\":\"lost on site\"}";

  @TempDir private Path folder;
  private final TestTime time = new TestTime();
  private Database database;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    postures = new Postures(database, new MemoryLedger(database), folder, new SteadyTime(time));
    holder(CAM_1, "sole");
    holder(CAM_2, "sole");
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @Test
  void O3_an_order_lowers_its_device_and_a_release_raises_it_and_neither_is_done_by_being_asked() {
    Impact cut = stake("POST", "/devices/{id}/quarantine", "cam-1", REASON).impact();
    assertThat(cut).isEqualTo(Impact.of(Set.of(), Set.of(CAM_1)));
    assertThat(cut.onlyLowers()).isTrue();
    assertThat(stake("POST", "/devices/{id}/release", "cam-1", REASON).impact().raised()).isEmpty();

    order("quarantine");
    time.pass(Duration.ofSeconds(1));
    Stakes.Stake release = stake("POST", "/devices/{id}/release", "cam-1", REASON);
    assertThat(release.matters()).containsExactly(Stakes.Matter.RELEASE);
    assertThat(release.impact().released()).containsExactly(CAM_1);
    assertThat(stake("POST", "/devices/{id}/quarantine", "cam-1", REASON).impact().lowered())
        .isEmpty();
    assertThat(postures.posture(CAM_1).orElseThrow().tier().word()).isEqualTo("contraindicated");
  }

  @Test
  void O3_evidence_that_an_operator_sends_is_weighed_by_what_it_does() {
    String body =
        "{\"subject\":\"device:cam-2\",\"kind\":\"operator.order\","
            + "\"claims\":{\"order\":{\"word\":\"quarantine\"}}}";
    assertThat(stake("POST", "/evidence", "", body).impact())
        .isEqualTo(Impact.of(Set.of(), Set.of(CAM_2)));
  }

  @Test
  void O3_a_policy_is_weighed_over_every_case_and_not_only_over_todays_devices() {
    String policy = policy();
    assertThat(applying(policy)).isEqualTo(Impact.NOTHING);

    // Nobody is in that case today, and tomorrow's tampered device would pass.
    Impact blind = applying(policy.replace("differs: contraindicated", "differs: affirming"));
    assertThat(blind.raised()).isEmpty();
    assertThat(blind.widens()).isTrue();
    assertThat(blind.notes()).isNotEmpty();

    Impact wider = applying(policy.replace("\"t/{device}/telemetry\"", "\"t/{device}/#\""));
    assertThat(wider.widens()).isTrue();
    Impact everybody =
        applying(policy.replace("[\"c/{device}/#\"]", "[\"c/{device}/#\", \"d/{device}/#\"]"));
    assertThat(everybody.raised()).containsExactly(CAM_1, CAM_2);

    Impact narrower = applying(policy.replace("[\"c/{device}/#\"]", "[]"));
    assertThat(narrower.lowered()).containsExactly(CAM_1, CAM_2);
    assertThat(narrower.onlyLowers()).isTrue();
  }

  @Test
  void O3_a_weaker_brake_counts_as_wider() {
    String policy = policy().replace("share: 5%, devices: 10", "share: 99%, devices: 10");
    assertThat(policy).isNotEqualTo(policy());
    assertThat(applying(policy).widens()).isTrue();
  }

  @Test
  void O3_another_reference_value_counts_as_wider() {
    String values =
        "{\"reference-values\":1,\"releases\":{\"cam@1.0\":{\"boot.measurement\":[\""
            + Digest.of(new byte[1])
            + "\"]}}}";
    assertThat(stake("PUT", "/reference-values", "", values).impact().widens()).isTrue();
    String none = "{\"reference-values\":1,\"releases\":{}}";
    assertThat(stake("PUT", "/reference-values", "", none).impact()).isEqualTo(Impact.NOTHING);
  }

  @Test
  void O3_evidence_that_ends_a_latch_is_seen_to_release() {
    time.pass(Duration.ofSeconds(1));
    holder(CAM_1, "shared");
    time.pass(Duration.ofSeconds(1));
    assertThat(postures.foresight().of(List.of(holding(CAM_1, "sole"))).released())
        .containsExactly(CAM_1);
  }

  @Test
  void O3_a_rise_that_waits_counts_as_one() {
    String waiting =
        policy().replace("shared: contraindicated}", "shared: warning, hold-down: 5m}");
    var unused = postures.applyPolicy(waiting.getBytes(UTF_8), Subject.operator("ada"));
    time.pass(Duration.ofSeconds(1));
    holder(CAM_1, "shared");
    time.pass(Duration.ofSeconds(1));
    assertThat(postures.foresight().of(List.of(holding(CAM_1, "sole"))).raised())
        .containsExactly(CAM_1);
    holder(CAM_1, "sole");
    assertThat(postures.posture(CAM_1).orElseThrow().tier().word()).isEqualTo("warning");
  }

  private static String policy() {
    return new String(PolicyReader.defaultPolicy(), UTF_8);
  }

  private Impact applying(String policy) {
    return stake("PUT", "/policy", "", policy).impact();
  }

  private void holder(Subject device, String word) {
    var unused = postures.sinkFor("identity").state(holding(device, word));
  }

  private Evidence holding(Subject device, String word) {
    return evidence(device, "identity.holder", "credential.holder", word);
  }

  private Evidence evidence(Subject device, String kind, String claim, String word) {
    return new Evidence(
        device,
        kind,
        "identity",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of(claim, new ClaimValue.Word(word))),
        time.now(),
        Evidence.NO_END,
        Digest.of(new byte[0]));
  }

  private void order(String order) {
    OperatorRoute route = route("POST", "/devices/{id}/" + order);
    var unused = route.handler().handle(request("cam-1", REASON));
  }

  private Stakes.Stake stake(String method, String path, String id, String body) {
    return route(method, path).operation() instanceof Operation.Weighed(var preparation)
        ? preparation.of(request(id, body)).stake()
        : Stakes.Stake.NOTHING;
  }

  private OperatorRoute route(String method, String path) {
    return postures.routes().stream()
        .filter(route -> route.method().equals(method) && route.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static OperatorRequest request(String id, String body) {
    return new OperatorRequest(
        Caller.inPerson(Subject.operator("ada")),
        Scope.EVERYWHERE,
        DevicePlaces.UNKNOWN,
        9443,
        id.isEmpty() ? Map.of() : Map.of("id", id),
        Map.of("reason", "because"),
        Map.of(),
        body.getBytes(UTF_8));
  }
}

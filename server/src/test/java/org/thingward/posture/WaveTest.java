package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Grant;
import org.thingward.trust.PostureChange;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;

/** The brake (rule T8), with a fleet of thirty connected devices of one release. */
class WaveTest {
  private static final Subject RELEASE = Subject.release("meter-2", "3.1.0");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Subject ADA = Subject.operator("ada");
  private static final List<Subject> FLEET =
      IntStream.range(0, 30).mapToObj(i -> Subject.device("meter-" + i)).toList();
  private static final String POLICY =
      new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8)
          .replace("over: {0d: warning}", "over: {0d: contraindicated}");

  @TempDir private Path folder;
  private final TestTime time = new TestTime();
  private final List<Collection<PostureChange>> told = new CopyOnWriteArrayList<>();
  private final Map<Subject, Grant> live = new HashMap<>();
  private Database database;
  private MemoryLedger ledger;
  private Postures postures;

  @BeforeEach
  void connectAFleet() {
    database = TestDatabase.fresh();
    ledger = new MemoryLedger(database);
    open();
    apply(POLICY);
    FLEET.forEach(this::admit);
    supportEnds(time.now().plus(Duration.ofDays(2)));
    pass(Duration.ofMinutes(1));
    for (Subject device : FLEET) {
      live.put(device, connect(device).grant().orElseThrow());
    }
    pass(Duration.ofMinutes(1));
    told.clear();
  }

  private void open() {
    postures = new Postures(database, ledger, folder, new SteadyTime(time));
    postures.subscribe(told::add);
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @Test
  void T8_false_evidence_about_a_release_lowers_everyone_and_cuts_nobody() {
    supportEnds(time.now().minusSeconds(1));
    assertThat(told).as("one call for all").hasSize(1);
    for (Subject device : FLEET) {
      assertThat(postures.posture(device).orElseThrow().tier()).isEqualTo(Tier.CONTRAINDICATED);
      assertThat(connect(device).permits()).as("a new connect").isFalse();
      Decision held = again(device);
      assertThat(held.permits()).isTrue();
      assertThat(held.tier()).isEqualTo(Tier.CONTRAINDICATED);
      assertThat(held.grant().orElseThrow().rights()).isEqualTo(live.get(device).rights());
      assertThat(held.reasons().getFirst())
          .contains("wave")
          .contains("evidence of the source inventory lowered 30 devices");
      assertThat(held.grant().orElseThrow().until())
          .isEqualTo(time.now().plus(Duration.ofHours(1)));
      assertThat(postures.silence(postures.posture(device).orElseThrow()).named()).isEmpty();
    }
    assertThat(findings()).singleElement().asString().contains("\"lowered\":30,\"of\":30");
  }

  @Test
  void T8_what_is_said_of_one_device_cuts_it_while_a_wave_holds_the_others() {
    supportEnds(time.now().minusSeconds(1));
    pass(Duration.ofSeconds(1));
    state(FLEET.get(7), "operator.order", "operator", Map.of("order", word("quarantine")));
    state(FLEET.get(8), "identity.holder", "gateway", Map.of("credential.holder", word("shared")));
    assertThat(again(FLEET.get(7)).permits()).isFalse();
    assertThat(again(FLEET.get(8)).permits()).isFalse();
    assertThat(postures.silence(postures.posture(FLEET.get(7)).orElseThrow()).named()).isNotEmpty();
    assertThat(again(FLEET.get(9)).permits()).isTrue();
  }

  @Test
  void T8_an_operator_lets_a_wave_go_and_held_grants_end_with_the_reason_on_record() {
    supportEnds(time.now().minusSeconds(1));
    pass(Duration.ofMinutes(5));
    told.clear();
    String wave = waveId();
    ask("POST", "/waves/{wave}/release", wave, "{\"reason\":\"the release is broken\"}");
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).hasSize(FLEET.size());
    assertThat(FLEET).noneMatch(device -> again(device).permits());
    assertThat(findings()).last().asString().contains("\"reason\":\"the release is broken\"");
    assertThat(ledger.entries)
        .filteredOn(entry -> entry.type() == EntryType.FINDING)
        .last()
        .extracting(MemoryLedger.Entry::subject)
        .isEqualTo(ADA);
    assertThat(ask("GET", "/waves", "", "")).contains("\"state\":\"released\"");
    assertThat(problem("POST", "/waves/{wave}/call-off", wave)).isEqualTo(409);
    assertThat(problem("POST", "/waves/{wave}/release", "0123456789ab")).isEqualTo(404);
  }

  @Test
  void T8_a_hold_that_nobody_decides_on_ends_by_itself() throws Exception {
    supportEnds(time.now().minusSeconds(1));
    FLEET.forEach(device -> live.put(device, again(device).grant().orElseThrow()));
    told.clear();
    pass(Duration.ofMinutes(59));
    assertThat(again(FLEET.getFirst()).permits()).isTrue();
    pass(Duration.ofMinutes(1));
    assertThat(again(FLEET.getFirst()).permits()).isFalse();
    await(() -> !told.isEmpty());
    assertThat(findings()).last().asString().contains("\"state\":\"lapsed\"");
  }

  @Test
  void T8_a_wave_that_is_called_off_holds_on_until_the_fleet_has_recovered() throws Exception {
    supportEnds(time.now().minusSeconds(1));
    FLEET.forEach(device -> live.put(device, again(device).grant().orElseThrow()));
    pass(Duration.ofMinutes(50));
    ask("POST", "/waves/{wave}/call-off", waveId(), "{\"reason\":\"nobody of us said that\"}");
    pass(Duration.ofMinutes(20));
    assertThat(FLEET).allMatch(device -> again(device).permits());
    supportEnds(time.now().plus(Duration.ofDays(700)));
    assertThat(FLEET).allMatch(device -> again(device).permits());
    pass(Duration.ofMinutes(2));
    await(() -> findings().getLast().contains("\"state\":\"recovered\""));
    assertThat(FLEET).allMatch(device -> connect(device).permits());
  }

  @Test
  void T8_a_policy_cannot_take_its_own_brake_off() throws Exception {
    apply(
        POLICY
            .replace("    connect: yes\n    renew: yes", "    renew: yes")
            .replace("share: 5%", "share: 100%"));
    assertThat(connect(FLEET.getFirst()).permits()).isFalse();
    assertThat(FLEET).allMatch(device -> again(device).permits());
    assertThat(again(FLEET.getFirst()).reasons().getFirst()).contains("in place of");
    apply(POLICY);
    await(() -> findings().getLast().contains("\"state\":\"recovered\""));
    assertThat(connect(FLEET.getFirst()).permits()).isTrue();
  }

  @Test
  void T8_rights_that_a_policy_takes_from_the_whole_fleet_stay_with_live_grants() {
    apply(POLICY.replace("publish: [\"t/{device}/#\"]", "publish: [\"t/{device}/x\"]"));
    assertThat(FLEET)
        .allMatch(device ->
            again(device).grant().orElseThrow().rights().equals(live.get(device).rights()));
    assertThat(connect(FLEET.getFirst()).grant().orElseThrow().rights())
        .isNotEqualTo(live.get(FLEET.getFirst()).rights());
  }

  @Test
  void T8_false_reference_values_cut_nobody() {
    Digest boot = Digest.of(new byte[] {2});
    for (Subject device : FLEET) {
      state(device, "boot", "device", Map.of("boot.measurement", new ClaimValue.Measurement(boot)));
    }
    applyReferences(boot);
    pass(Duration.ofMinutes(10));
    FLEET.forEach(device -> live.put(device, connect(device).grant().orElseThrow()));
    applyReferences(Digest.of(new byte[] {3}));
    assertThat(FLEET).noneMatch(device -> connect(device).permits());
    assertThat(FLEET).allMatch(device -> again(device).permits());
  }

  @Test
  void T8_staleness_of_the_whole_fleet_is_held_and_what_comes_meanwhile_counts() {
    pass(Duration.ofDays(2));
    FLEET.forEach(device -> assertThat(again(device).permits()).as("%s", device).isTrue());
    assertThat(postures.posture(FLEET.getFirst()).orElseThrow().tier())
        .isEqualTo(Tier.CONTRAINDICATED);
    assertThat(again(FLEET.getFirst()).reasons().getFirst()).contains("ended or grew old");
    pass(Duration.ofMinutes(5));
    state(FLEET.get(7), "operator.order", "operator", Map.of("order", word("quarantine")));
    assertThat(again(FLEET.get(7)).permits()).isFalse();
    assertThat(again(FLEET.get(8)).permits()).isTrue();
  }

  @Test
  void T8_two_waves_at_once_hold_as_one_does() {
    supportEnds(time.now().minusSeconds(1));
    pass(Duration.ofMinutes(1));
    apply(POLICY.replace("require: [instance-identity]", "require: [instance-identity, hardware]"));
    assertThat(FLEET).allMatch(device -> again(device).permits());
    assertThat(ask("GET", "/waves", "", "").split("\"state\":\"holding\"", -1)).hasSize(3);
  }

  @Test
  void T8_a_source_that_retires_one_device_after_another_is_braked_once_it_is_too_many() {
    for (Subject device : FLEET) {
      state(device, "inventory.record", "inventory", record("retired"));
    }
    List<Subject> cut = FLEET.stream().filter(device -> !again(device).permits()).toList();
    assertThat(cut).isEqualTo(FLEET.subList(0, 9));
  }

  @Test
  void T8_a_few_devices_are_no_wave() {
    for (Subject device : FLEET.subList(0, 9)) {
      state(device, "inventory.record", "inventory", record("retired"));
    }
    assertThat(FLEET.subList(0, 9)).noneMatch(device -> again(device).permits());
    assertThat(findings()).isEmpty();
  }

  @Test
  void T8_orders_to_quarantine_the_whole_fleet_are_obeyed() {
    for (Subject device : FLEET) {
      state(device, "operator.order", "operator", Map.of("order", word("quarantine")));
    }
    assertThat(FLEET).noneMatch(device -> again(device).permits());
    assertThat(findings()).isEmpty();
  }

  @Test
  void T8_a_grant_given_after_the_fall_is_not_held() {
    apply(POLICY.replace("over: {0d: contraindicated}", "over: {0d: warning}"));
    pass(Duration.ofMinutes(1));
    supportEnds(time.now().minusSeconds(1));
    pass(Duration.ofMinutes(1));
    Subject device = FLEET.getFirst();
    Grant late = connect(device).grant().orElseThrow();
    assertThat(again(device, late).grant().orElseThrow().rights()).isEqualTo(late.rights());
    assertThat(again(device).grant().orElseThrow().rights()).isNotEqualTo(late.rights());
  }

  @Test
  void T8_nothing_is_held_over_a_restart_and_the_wave_says_so() throws Exception {
    supportEnds(time.now().minusSeconds(1));
    String wave = waveId();
    postures.close();
    open();
    assertThat(again(FLEET.getFirst()).permits()).isFalse();
    assertThat(ask("GET", "/waves/{wave}", wave, ""))
        .contains("\"state\":\"stopped\"")
        .contains("the server stopped");
  }

  private void supportEnds(Instant at) {
    state(RELEASE, "firmware", "inventory", Map.of("support.ends", new ClaimValue.Moment(at)));
  }

  private void admit(Subject device) {
    state(
        device,
        "identity.credential",
        "identity",
        Map.of("credential.accepted", new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE)))));
    state(device, "identity.holder", "identity", Map.of("credential.holder", word("sole")));
    state(device, "inventory.record", "inventory", record("active"));
  }

  private static Map<String, ClaimValue> record(String lifecycle) {
    return Map.of(
        "device.product", new ClaimValue.Link(Subject.product("meter-2")),
        "device.release", new ClaimValue.Link(RELEASE),
        "lifecycle", word(lifecycle));
  }

  private void applyReferences(Digest boot) {
    TreeMap<Subject, SortedMap<String, SortedSet<Digest>>> values = new TreeMap<>();
    values.put(RELEASE, new TreeMap<>(Map.of("boot.measurement", new TreeSet<>(Set.of(boot)))));
    postures.applyReferenceValues(new ReferenceValues(values), ADA);
  }

  private void apply(String policy) {
    postures.applyPolicy(policy.getBytes(StandardCharsets.UTF_8), ADA);
  }

  private void state(Subject about, String kind, String source, Map<String, ClaimValue> claims) {
    Evidence piece =
        new Evidence(
            about,
            kind,
            source,
            AssuranceLevel.L3,
            new TreeMap<>(claims),
            time.now(),
            Evidence.NO_END,
            Digest.of(kind.getBytes(StandardCharsets.UTF_8)));
    var unused = postures.sinkFor(source).state(piece);
  }

  private static ClaimValue word(String word) {
    return new ClaimValue.Word(word);
  }

  private void pass(Duration length) {
    time.pass(length);
  }

  private Decision connect(Subject device) {
    return postures.decide(request(device)).decision();
  }

  private Decision again(Subject device) {
    return again(device, live.get(device));
  }

  /** Whoever is denied without waiting is denied alike by who waits; who is held never is. */
  private Decision again(Subject device, Grant grant) {
    Optional<RecordedDecision> atOnce = postures.denyAgain(request(device), grant);
    Decision decision = postures.decideAgain(request(device), grant).decision();
    assertThat(atOnce.map(denied -> denied.decision().reasons()))
        .isIn(
            Optional.empty(),
            decision.permits() ? Optional.empty() : Optional.of(decision.reasons()));
    return decision;
  }

  private static Request request(Subject device) {
    return new Request(RequestKind.CONNECT, device, CERTIFICATE, Evidence.NO_END);
  }

  private List<String> findings() {
    return List.copyOf(ledger.entries).stream()
        .filter(entry -> entry.type() == EntryType.FINDING)
        .map(MemoryLedger.Entry::content)
        .toList();
  }

  private String waveId() {
    return findings().getFirst().replaceAll(".*\"wave\":\"([0-9a-f]{12})\".*", "$1");
  }

  private String ask(String method, String path, String wave, String body) {
    OperatorRoute route =
        postures.routes().stream()
            .filter(one -> one.method().equals(method) && one.path().equals(path))
            .findFirst()
            .orElseThrow();
    OperatorRequest request =
        new OperatorRequest(
            Caller.inPerson(ADA),
            Scope.EVERYWHERE,
            DevicePlaces.UNKNOWN,
            9443,
            Map.of("wave", wave),
            Map.of(),
            Map.of(),
            body.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      route.handler().handle(request).body().writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private int problem(String method, String path, String wave) {
    try {
      ask(method, path, wave, "{\"reason\":\"x\"}");
      return 200;
    } catch (Problem e) {
      return e.status();
    }
  }

  private static void await(java.util.function.BooleanSupplier met) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!met.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}

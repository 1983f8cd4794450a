package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.LedgerUnavailable;
import org.thingward.platform.Database;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.Grant;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;

class PosturesTest {
  @TempDir private Path folder;
  private static final Subject METER = Subject.device("meter-12");
  private static final Subject RELEASE = Subject.release("meter-2", "3.1.0");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Subject OPERATOR = Subject.operator("ada");

  private final TestTime time = new TestTime();
  private final List<Collection<PostureChange>> told = new CopyOnWriteArrayList<>();
  private Database database;
  private MemoryLedger ledger;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    ledger = new MemoryLedger(database);
    open();
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
  void a_device_that_is_known_well_may_connect() {
    admit(METER);
    RecordedDecision decision = connect(METER);
    assertThat(decision.decision().permits()).as("%s", decision).isTrue();
    assertThat(decision.decision().grant().orElseThrow().rights().publish().toString())
        .isEqualTo("[t/meter-12/#]");
    assertThat(ledger.index(decision.receipt())).isPresent();
  }

  @Test
  void an_unknown_device_may_enrol_and_nothing_else() {
    Subject stranger = Subject.device("stranger");
    assertThat(connect(stranger).decision().permits()).isFalse();
    assertThat(decide(RequestKind.ENROL, stranger).decision().permits()).isTrue();
  }

  @Test
  void T1_a_source_states_only_what_it_is_registered_for() {
    Evidence order = order("quarantine");
    assertThatThrownBy(() -> postures.sinkFor("gateway").state(order))
        .isInstanceOf(EvidenceRefused.class)
        .hasMessageContaining("it names the source operator");
    Evidence asDevice =
        evidence(METER, "operator.order", "device", Map.of("order", word("release")));
    assertThatThrownBy(() -> postures.sinkFor("device").state(asDevice))
        .isInstanceOf(EvidenceRefused.class)
        .hasMessageContaining("the policy lets device state no operator.order about a device");
    Evidence aboutRelease =
        evidence(RELEASE, "identity.holder", "identity", Map.of("credential.holder", word("sole")));
    assertThatThrownBy(() -> postures.sinkFor("identity").state(aboutRelease))
        .hasMessageContaining("about a release");
    Evidence strange = evidence(METER, "boot", "stranger", Map.of("boot.measurement", word("x")));
    assertThatThrownBy(() -> postures.sinkFor("stranger").state(strange))
        .hasMessageContaining("registers no source stranger");
    Evidence wrongType =
        evidence(METER, "identity.holder", "identity", Map.of("credential.holder", word("hers")));
    assertThatThrownBy(() -> postures.sinkFor("identity").state(wrongType))
        .hasMessageContaining("takes one of shared, sole");
    assertThat(ledger.count(EntryType.EVIDENCE)).isZero();
  }

  @Test
  void stating_the_same_evidence_again_changes_nothing() {
    Evidence order = order("quarantine");
    Receipt first = postures.sinkFor("operator").state(order);
    assertThat(postures.sinkFor("operator").state(order)).isEqualTo(first);
    assertThat(ledger.count(EntryType.EVIDENCE)).isEqualTo(1);
  }

  @Test
  void T6_a_fall_acts_before_it_is_written_and_stays_when_writing_fails() throws Exception {
    admit(METER);
    told.clear();
    ledger.transactionsFail = true;
    Evidence order = order("revoke");
    assertThatThrownBy(() -> postures.sinkFor("operator").state(order))
        .isInstanceOf(NotYetStored.class)
        .hasMessageContaining("It acts");
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().iterator().next().isFall()).isTrue();
    assertThat(connect(METER).decision().permits()).isFalse();
    assertThat(isWritten("revoke")).isFalse();

    ledger.transactionsFail = false;
    time.pass(Duration.ofSeconds(2));
    await(() -> isWritten("revoke"));
    Digest posture = connect(METER).decision().posture();
    assertThat(ledger.entries)
        .anyMatch(entry ->
            entry.type() == EntryType.POSTURE
                && Digest.of(entry.content().getBytes(StandardCharsets.UTF_8)).equals(posture));
    assertThat(postures.sinkFor("operator").state(order)).isNotNull();
    assertThat(told).hasSize(1);
  }

  @Test
  void T6_a_rise_that_cannot_be_written_does_not_happen() {
    admit(METER);
    postures.sinkFor("operator").state(order("quarantine"));
    ledger.transactionsFail = true;
    time.pass(Duration.ofSeconds(1));
    Evidence release = order("release");
    assertThatThrownBy(() -> postures.sinkFor("operator").state(release))
        .isInstanceOf(LedgerUnavailable.class);
    assertThat(connect(METER).decision().permits()).isFalse();
    ledger.transactionsFail = false;
    postures.sinkFor("operator").state(release);
    assertThat(connect(METER).decision().permits()).isTrue();
  }

  @Test
  void T5_quarantine_is_operator_evidence_and_cuts() {
    admit(METER);
    told.clear();
    postures.sinkFor("operator").state(order("quarantine"));
    assertThat(told).hasSize(1);
    assertThat(postures.posture(METER).orElseThrow().tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  @Test
  void T6_a_live_connect_is_denied_again_without_waiting_and_never_permitted_so() {
    admit(METER);
    Grant live = connect(METER).decision().grant().orElseThrow();
    Request request = connect(METER).decision().request();
    assertThat(postures.denyAgain(request, live)).isEmpty();
    postures.sinkFor("operator").state(order("quarantine"));
    RecordedDecision denied = postures.denyAgain(request, live).orElseThrow();
    assertThat(denied.decision().permits()).isFalse();
    assertThat(denied.decision().reasons())
        .isEqualTo(postures.decideAgain(request, live).decision().reasons());
  }

  @Test
  void T10_an_appraisal_that_changes_nothing_is_not_logged() {
    admit(METER);
    long before = ledger.count(EntryType.POSTURE);
    told.clear();
    time.pass(Duration.ofSeconds(5));
    sole(METER);
    assertThat(ledger.count(EntryType.POSTURE)).isEqualTo(before);
    assertThat(told).isEmpty();
  }

  @Test
  void a_decision_names_a_posture_that_is_on_record() {
    admit(METER);
    time.pass(Duration.ofSeconds(5));
    sole(METER);
    Digest named = connect(METER).decision().posture();
    assertThat(ledger.entries)
        .filteredOn(entry -> entry.type() == EntryType.POSTURE)
        .anyMatch(
            entry -> Digest.of(entry.content().getBytes(StandardCharsets.UTF_8)).equals(named));
  }

  @Test
  void T4_expiry_acts_on_time_while_nobody_looks() throws Exception {
    admit(METER);
    link(METER);
    postures
        .sinkFor("inventory")
        .state(
            evidence(
                RELEASE,
                "firmware",
                "inventory",
                Map.of(
                    "support.ends", new ClaimValue.Moment(time.now().plus(Duration.ofDays(2))))));
    assertThat(postures.posture(METER).orElseThrow().tier()).isEqualTo(Tier.AFFIRMING);
    told.clear();
    time.pass(Duration.ofDays(2));
    await(() -> !told.isEmpty());
    assertThat(postures.posture(METER).orElseThrow().tier()).isEqualTo(Tier.WARNING);
    assertThat(postures.posture(METER).orElseThrow().reasons().getFirst().text())
        .isEqualTo("support.ends is past, of release:meter-2@3.1.0, says inventory");
  }

  @Test
  void a_statement_about_a_release_reaches_all_who_run_it_without_a_copy_each() {
    int devices = 10_000;
    long entered = System.nanoTime();
    List<PostureStore.Write> writes = new ArrayList<>();
    PostureStore store = new PostureStore(database, ledger);
    for (int i = 0; i < devices; i++) {
      Standing standing = new Standing(Subject.device("meter-" + i));
      writes.add(
          new PostureStore.Write(
              standing,
              List.of(
                  Kept.unwritten(holder(standing.subject)),
                  Kept.unwritten(inventory(standing.subject))),
              java.util.Optional.empty()));
    }
    assertThat(store.write(writes)).hasSize(2 * devices);
    reopen();
    System.out.printf(
        "entered and started with %d devices in %d ms%n",
        devices, (System.nanoTime() - entered) / 1_000_000);
    told.clear();
    long evidence = ledger.count(EntryType.EVIDENCE);
    long start = System.nanoTime();
    postures
        .sinkFor("inventory")
        .state(
            evidence(
                RELEASE,
                "firmware",
                "inventory",
                Map.of("support.ends", new ClaimValue.Moment(time.now().minusSeconds(1)))));
    System.out.printf(
        "a statement about a release reached %d devices in %d ms%n",
        devices, (System.nanoTime() - start) / 1_000_000);
    assertThat(ledger.count(EntryType.EVIDENCE)).isEqualTo(evidence + 1);
    assertThat(told).as("one call for all falls").hasSize(1);
    assertThat(told.getFirst()).hasSize(devices);
    assertThat(postures.posture(Subject.device("meter-77")).orElseThrow().tier())
        .isEqualTo(Tier.WARNING);
  }

  @Test
  void what_is_stored_already_is_not_stored_again_whoever_writes_at_the_same_moment()
      throws Exception {
    PostureStore store = new PostureStore(database, ledger);
    Kept stored = Kept.unwritten(holder(METER));
    Receipt first = store.write(List.of(write(stored))).get(stored.id());
    List<Kept> pieces = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      pieces.add(i % 20 == 0 ? stored : Kept.unwritten(holder(Subject.device("other-" + i))));
    }
    List<Future<Receipt>> written = new ArrayList<>();
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Kept piece : pieces) {
        written.add(all.submit(() -> store.write(List.of(write(piece))).get(piece.id())));
      }
    }
    for (int i = 0; i < pieces.size(); i++) {
      Receipt receipt = written.get(i).get();
      assertThat(ledger.index(receipt)).isPresent();
      assertThat(receipt.equals(first)).isEqualTo(i % 20 == 0);
    }
    assertThat(ledger.count(EntryType.EVIDENCE)).isEqualTo(1 + 190);
  }

  private static PostureStore.Write write(Kept piece) {
    return new PostureStore.Write(
        new Standing(piece.evidence().subject()), List.of(piece), java.util.Optional.empty());
  }

  @Test
  void after_a_change_of_policy_what_was_refused_may_be_stated_again() throws Exception {
    Runnable state = () -> postures.sinkFor("operator").state(order("quarantine"));
    byte[] mute =
        new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8)
            .replace("states: {operator.order: [device, service]}", "states: {boot: [device]}")
            .getBytes(StandardCharsets.UTF_8);
    postures.applyPolicy(mute, OPERATOR);
    assertThatThrownBy(state::run).isInstanceOf(EvidenceRefused.class);
    postures.afterPolicyChange(state);
    postures.applyPolicy(PolicyReader.defaultPolicy(), OPERATOR);
    await(() -> ledger.count(EntryType.EVIDENCE) == 1);
  }

  @Test
  void who_missed_falls_at_the_end_hears_of_them_at_the_next_start_as_they_were() throws Exception {
    Subject well = Subject.device("well");
    Subject back = Subject.device("back");
    for (Subject subject : List.of(METER, well, back)) {
      admit(subject);
    }
    postures.sinkFor("operator").state(order("quarantine"));
    java.time.Instant fell = postures.posture(METER).orElseThrow().at();
    time.pass(Duration.ofSeconds(5));
    postures.sinkFor("operator").state(order("revoke"));
    for (String word : List.of("quarantine", "release")) {
      time.pass(Duration.ofSeconds(1));
      postures
          .sinkFor("operator")
          .state(evidence(back, "operator.order", "operator", Map.of("order", word(word))));
    }
    time.pass(Duration.ofMinutes(10));
    reopen();
    List<PostureChange> recalled = new ArrayList<>();
    postures.recall(recalled::addAll);
    assertThat(recalled).extracting(PostureChange::subject).containsOnly(METER);
    assertThat(recalled.getFirst().before()).isEmpty();
    assertThat(recalled.getFirst().after().at()).isEqualTo(fell);
    assertThat(recalled.getLast().after().tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  @Test
  void a_restart_goes_on_where_it_ended() throws Exception {
    admit(METER);
    postures.sinkFor("operator").state(order("quarantine"));
    byte[] policy = strict();
    postures.applyPolicy(policy, OPERATOR);
    Digest posture = connect(METER).decision().posture();
    long entries = ledger.count(EntryType.POSTURE);
    reopen();
    assertThat(postures.policy().digest()).isEqualTo(Digest.of(policy));
    assertThat(connect(METER).decision().posture()).isEqualTo(posture);
    assertThat(ledger.count(EntryType.POSTURE)).isEqualTo(entries);
  }

  @Test
  void a_permit_that_cannot_be_made_durable_is_a_denial_that_says_so() {
    admit(METER);
    ledger.appendsFail = true;
    RecordedDecision decision = connect(METER);
    assertThat(decision.decision().permits()).isFalse();
    assertThat(decision.decision().reasons().getFirst()).contains("cannot make a permit durable");
  }

  @Test
  void a_flood_of_equal_denials_is_one_entry_with_its_count() {
    for (int i = 0; i < 100; i++) {
      assertThat(connect(METER).decision().permits()).isFalse();
    }
    assertThat(ledger.count(EntryType.DECISION)).isEqualTo(1);
    time.pass(Duration.ofSeconds(11));
    postures.appraiseDue();
    assertThat(ledger.entries)
        .filteredOn(entry -> entry.type() == EntryType.DECISION)
        .hasSize(2)
        .last()
        .satisfies(entry -> assertThat(entry.content()).contains("\"count\":99"));
  }

  @Test
  void another_policy_is_in_force_at_once_for_everyone_and_told_once() {
    admit(METER);
    Subject other = Subject.device("meter-13");
    admit(other);
    told.clear();
    postures.applyPolicy(strict(), OPERATOR);
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).hasSize(2);
    assertThat(connect(METER).decision().permits()).isFalse();
    assertThat(ledger.entries)
        .anyMatch(e -> e.type() == EntryType.POLICY && e.subject().equals(OPERATOR));
  }

  @Test
  void T9_a_pump_that_must_report_keeps_its_alarm_topic_when_it_is_cut() {
    String policy = new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);
    postures.applyPolicy(
        (policy + "products:\n  meter-2: {on-cut: {restrict: [\"t/{device}/alarm\"]}}\n")
            .getBytes(StandardCharsets.UTF_8),
        OPERATOR);
    admit(METER);
    link(METER);
    postures.sinkFor("operator").state(order("quarantine"));
    RecordedDecision decision = connect(METER);
    assertThat(decision.decision().permits()).isTrue();
    assertThat(decision.decision().grant().orElseThrow().rights().publish().toString())
        .isEqualTo("[t/meter-12/alarm]");
    postures
        .sinkFor("gateway")
        .state(
            evidence(
                METER, "identity.holder", "gateway", Map.of("credential.holder", word("shared"))));
    assertThat(connect(METER).decision().permits()).isFalse();
  }

  @Test
  void much_evidence_of_the_same_kind_does_not_gather() {
    admit(METER);
    for (int i = 0; i < 200; i++) {
      time.pass(Duration.ofSeconds(1));
      postures
          .sinkFor("gateway")
          .state(
              evidence(
                  METER,
                  "identity.holder",
                  "gateway",
                  Map.of("credential.holder", word("shared"))));
    }
    assertThat(postures.posture(METER).orElseThrow().evidence()).hasSizeLessThan(30);
    assertThat(postures.posture(METER).orElseThrow().tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  private boolean isWritten(String order) {
    return List.copyOf(ledger.entries).stream()
        .filter(entry -> entry.type() == EntryType.EVIDENCE)
        .anyMatch(entry -> entry.content().contains(order));
  }

  private void reopen() {
    try {
      postures.close();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    open();
  }

  private static byte[] strict() {
    return new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8)
        .replace("require: [instance-identity]", "require: [instance-identity, hardware]")
        .getBytes(StandardCharsets.UTF_8);
  }

  private void admit(Subject device) {
    postures
        .sinkFor("identity")
        .state(
            evidence(
                device,
                "identity.credential",
                "identity",
                Map.of(
                    "credential.accepted",
                    new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE))))));
    sole(device);
  }

  private void sole(Subject device) {
    postures.sinkFor("identity").state(holder(device));
  }

  private void link(Subject device) {
    postures.sinkFor("inventory").state(inventory(device));
  }

  private Evidence holder(Subject device) {
    return evidence(
        device, "identity.holder", "identity", Map.of("credential.holder", word("sole")));
  }

  private Evidence inventory(Subject device) {
    return evidence(
        device,
        "inventory.record",
        "inventory",
        Map.of(
            "device.product", new ClaimValue.Link(Subject.product("meter-2")),
            "device.release", new ClaimValue.Link(RELEASE),
            "lifecycle", word("active")));
  }

  private Evidence order(String order) {
    return evidence(METER, "operator.order", "operator", Map.of("order", word(order)));
  }

  private static ClaimValue word(String word) {
    return new ClaimValue.Word(word);
  }

  private Evidence evidence(
      Subject subject, String kind, String source, Map<String, ClaimValue> claims) {
    return new Evidence(
        subject,
        kind,
        source,
        AssuranceLevel.L3,
        new TreeMap<>(claims),
        time.now(),
        Evidence.NO_END,
        Digest.of(kind.getBytes(StandardCharsets.UTF_8)));
  }

  private RecordedDecision connect(Subject subject) {
    return decide(RequestKind.CONNECT, subject);
  }

  private RecordedDecision decide(RequestKind kind, Subject subject) {
    return postures.decide(new Request(kind, subject, CERTIFICATE, Evidence.NO_END));
  }

  private static void await(java.util.function.BooleanSupplier met) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!met.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}

package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** While wall clock and monotonic time disagree, nothing rises and nothing is issued. */
class ClockTest {
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Subject PUMP = Subject.device("pump-1");

  @TempDir Path folder;
  private final TestTime time = new TestTime();
  private final SteadyTime steady = new SteadyTime(time);
  private Database database;
  private MemoryLedger ledger;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    ledger = new MemoryLedger(database);
    postures = new Postures(database, ledger, folder, steady);
    state(
        "identity",
        "identity.credential",
        "credential.accepted",
        new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE))));
    state("identity", "identity.holder", "credential.holder", new ClaimValue.Word("sole"));
    assertThat(decide(RequestKind.CONNECT).permits()).isTrue();
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {3_600, -3_600, 6, -6})
  void T7_a_jump_stops_issuance_and_is_a_finding_until_the_clock_is_right(long seconds)
      throws Exception {
    time.jump(Duration.ofSeconds(seconds));
    await(() -> ledger.count(EntryType.FINDING) == 1);
    for (RequestKind kind : List.of(RequestKind.ENROL, RequestKind.RENEW)) {
      Decision decision = decide(kind);
      assertThat(decision.permits()).isFalse();
      assertThat(decision.reasons().getFirst()).contains("the clock jumped by " + seconds + " s");
    }
    assertThat(decide(RequestKind.CONNECT).permits()).as("what holds goes on").isTrue();

    time.jump(Duration.ofSeconds(-seconds));
    await(() -> decide(RequestKind.RENEW).permits());
    await(() -> ledger.count(EntryType.FINDING) == 2);
  }

  @Test
  void T7_a_jump_ends_nothing_early() throws Exception {
    time.jump(Duration.ofDays(3_650));
    await(() -> ledger.count(EntryType.FINDING) == 1);
    postures.appraiseDue();
    assertThat(decide(RequestKind.CONNECT).permits()).isTrue();
  }

  @Test
  void T7_nobody_rises_during_a_jump_and_a_fall_acts() throws Exception {
    time.jump(Duration.ofHours(1));
    await(() -> ledger.count(EntryType.FINDING) == 1);
    order("quarantine");
    assertThat(decide(RequestKind.CONNECT).permits()).isFalse();
    time.pass(Duration.ofSeconds(1));
    assertThatThrownBy(() -> order("release")).isInstanceOf(ClockJumped.class);
    assertThat(decide(RequestKind.CONNECT).permits()).isFalse();

    time.jump(Duration.ofHours(-1));
    time.pass(Duration.ofSeconds(1));
    await(
        () -> decide(RequestKind.RENEW).reasons().stream().noneMatch(it -> it.contains("jumped")));
    order("release");
    assertThat(decide(RequestKind.CONNECT).permits()).isTrue();
  }

  @Test
  void T7_an_operator_accepts_the_clock_with_a_reason_that_is_on_record() throws Exception {
    assertThatThrownBy(() -> accept("{\"reason\":\"x\"}"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("has not jumped");
    time.jump(Duration.ofHours(1));
    await(() -> ledger.count(EntryType.FINDING) == 1);
    assertThatThrownBy(() -> accept("{\"reason\":\" \"}")).isInstanceOf(Problem.class);
    accept("{\"reason\":\"the battery was changed\"}");
    assertThat(ledger.entries.getLast().content()).contains("the battery was changed");
    assertThat(decide(RequestKind.RENEW).permits()).isTrue();
  }

  private void accept(String body) {
    OperatorRoute route =
        postures.routes().stream()
            .filter(each -> each.path().equals("/clock/accept"))
            .findFirst()
            .orElseThrow();
    var unused =
        route
            .handler()
            .handle(
                new OperatorRequest(
                    Caller.inPerson(Subject.operator("bootstrap")),
                    Scope.EVERYWHERE,
                    DevicePlaces.UNKNOWN,
                    9443,
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    body.getBytes(StandardCharsets.UTF_8)));
  }

  private Decision decide(RequestKind kind) {
    return postures.decide(new Request(kind, PUMP, CERTIFICATE, Evidence.NO_END)).decision();
  }

  private void order(String order) {
    state("operator", "operator.order", "order", new ClaimValue.Word(order));
  }

  private void state(String source, String kind, String claim, ClaimValue value) {
    var unused =
        postures
            .sinkFor(source)
            .state(
                new Evidence(
                    PUMP,
                    kind,
                    source,
                    AssuranceLevel.L5,
                    new TreeMap<>(Map.of(claim, value)),
                    steady.now(),
                    Evidence.NO_END,
                    Digest.of(kind.getBytes(StandardCharsets.UTF_8))));
  }

  private static void await(BooleanSupplier met) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!met.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}

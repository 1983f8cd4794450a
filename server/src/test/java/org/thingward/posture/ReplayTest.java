package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.Verdict;
import org.thingward.verify.diff.Change;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.replay.ReplayReport;

class ReplayTest {
  private static final Subject OPERATOR = Subject.operator("ada");
  private static final Digest CREDENTIAL = Digest.of(new byte[] {7});
  private static final Subject RELEASE = Subject.release("cam", "1");
  private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

  @TempDir private Path folder;
  private final TestTime time = new TestTime();
  private Database database;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    postures = new Postures(database, new MemoryLedger(database), folder, new SteadyTime(time));
    for (String device : List.of("cam-1", "cam-2")) {
      state(
          device(device),
          "identity.credential",
          "identity",
          "credential.accepted",
          new ClaimValue.Digests(new TreeSet<>(Set.of(CREDENTIAL))));
      state(device(device), "identity.holder", "identity", "credential.holder", word("sole"));
    }
    state(
        device("cam-1"),
        "inventory.record",
        "inventory",
        "device.release",
        new ClaimValue.Link(RELEASE));
    state(
        RELEASE,
        "firmware",
        "inventory",
        "firmware.released",
        new ClaimValue.Moment(time.now().minus(Duration.ofDays(300))));
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  private static Subject device(String name) {
    return Subject.device(name);
  }

  private static ClaimValue word(String word) {
    return new ClaimValue.Word(word);
  }

  private void state(Subject about, String kind, String source, String claim, ClaimValue value) {
    var unused =
        postures
            .sinkFor(source)
            .state(
                new Evidence(
                    about,
                    kind,
                    source,
                    AssuranceLevel.L3,
                    new TreeMap<>(Map.of(claim, value)),
                    time.now(),
                    Evidence.NO_END,
                    Digest.of(new byte[0])));
  }

  private void ask(Subject subject, RequestKind kind) {
    var unused = postures.decide(new Request(kind, subject, CREDENTIAL, END));
    time.pass(Duration.ofSeconds(1));
  }

  private ReplayReport replay(Policy policy) {
    return replay(policy, Instant.EPOCH, Evidence.NO_END, new ArrayList<>());
  }

  private ReplayReport replay(Policy policy, Instant from, Instant until, List<Long> progress) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!postures.isListed()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
    PastDecisions past =
        new PastDecisions(
            new ReplayStore(database), new DocumentStore(database, new MemoryLedger(database)));
    return past.replay(policy, from, until, progress::add);
  }

  private static Policy changed(String from, String to) {
    String text = new String(PolicyReader.defaultPolicy(), UTF_8);
    assertThat(text).contains(from);
    return PolicyReader.read(text.replace(from, to).getBytes(UTF_8));
  }

  @Test
  void the_same_policy_decides_the_past_as_it_did() {
    ask(device("cam-1"), RequestKind.CONNECT);
    ask(device("cam-1"), RequestKind.RENEW);
    ask(device("nobody"), RequestKind.CONNECT);
    List<Long> progress = new ArrayList<>();
    ReplayReport report = replay(postures.policy(), Instant.EPOCH, Evidence.NO_END, progress);
    assertThat(report.decisions()).isEqualTo(3);
    assertThat(report.subjects()).isEqualTo(2);
    assertThat(report.differing()).isZero();
    assertThat(report.unrepeated()).isZero();
    assertThat(progress).containsExactly(3L);
  }

  @Test
  void what_differs_is_grouped_by_why_and_decided_once_for_many() {
    for (int i = 0; i < 50; i++) {
      ask(device("cam-1"), RequestKind.CONNECT);
      ask(device("cam-2"), RequestKind.CONNECT);
    }
    ReplayReport report = replay(changed("over: {400d: warning}", "over: {200d: warning}"));
    assertThat(report.decisions()).isEqualTo(100);
    assertThat(report.differing()).isEqualTo(50);
    assertThat(report.groups()).hasSize(1);
    ReplayReport.Group group = report.groups().getFirst();
    assertThat(group.decisions()).isEqualTo(50);
    assertThat(group.subjects()).isEqualTo(1);
    assertThat(group.difference().changes()).containsExactly(Change.NARROWS, Change.LOWERS);
    assertThat(group.difference().tier()).isEqualTo(Tier.AFFIRMING);
    assertThat(group.difference().tierAfter()).isEqualTo(Tier.WARNING);
    assertThat(group.difference().why()).contains("firmware.released is over 200d ago");
    assertThat(group.examples().getFirst().recorded().request().subject())
        .isEqualTo(device("cam-1"));
    assertThat(report.appraisals()).as("one a subject, and one to repeat it").isLessThan(5);
  }

  @Test
  void each_decision_is_replayed_at_its_moment_from_the_evidence_of_then() {
    ask(device("cam-2"), RequestKind.CONNECT);
    state(device("cam-2"), "operator.order", "operator", "order", word("quarantine"));
    ask(device("cam-2"), RequestKind.CONNECT);
    time.pass(Duration.ofDays(1));
    state(device("cam-2"), "operator.order", "operator", "order", word("release"));
    ask(device("cam-2"), RequestKind.CONNECT);
    ReplayReport report = replay(changed("quarantine: contraindicated", "quarantine: nothing"));
    assertThat(report.decisions()).isEqualTo(3);
    assertThat(report.groups()).hasSize(1);
    assertThat(report.groups().getFirst().decisions()).isEqualTo(1);
    assertThat(report.groups().getFirst().difference().verdict()).isEqualTo(Verdict.DENY);
    assertThat(report.groups().getFirst().difference().verdictAfter()).isEqualTo(Verdict.PERMIT);
  }

  @Test
  void each_decision_is_replayed_with_the_reference_values_of_then_signed_ones_too() {
    ClaimValue measured = new ClaimValue.Measurement(Digest.of(new byte[] {1}));
    take(1, Digest.of(new byte[] {1}));
    state(device("cam-1"), "boot", "attestation", "boot.measurement", measured);
    ask(device("cam-1"), RequestKind.CONNECT);
    take(2, Digest.of(new byte[] {2}));
    ask(device("cam-1"), RequestKind.CONNECT);
    ReplayReport same = replay(postures.policy());
    assertThat(same.decisions()).isEqualTo(2);
    assertThat(same.unrepeated()).isZero();
    assertThat(same.differing()).isZero();
    ReplayReport lax = replay(changed("differs: contraindicated", "differs: nothing"));
    assertThat(lax.differing()).as("the second, once the release had other values").isEqualTo(1);
    assertThat(lax.groups().getFirst().difference().verdict()).isEqualTo(Verdict.DENY);
  }

  private void take(long version, Digest good) {
    postures.applyReferenceValues(TestValues.published("cam", version, "1", good), OPERATOR);
    time.pass(Duration.ofSeconds(1));
  }

  @Test
  void decisions_of_an_earlier_policy_are_compared_too_and_the_range_counts() {
    ask(device("cam-1"), RequestKind.CONNECT);
    Instant changed = time.now();
    Policy strict =
        postures.applyPolicy(
            new String(PolicyReader.defaultPolicy(), UTF_8)
                .replace("over: {400d: warning}", "over: {200d: contraindicated}")
                .getBytes(UTF_8),
            OPERATOR);
    ask(device("cam-1"), RequestKind.CONNECT);
    assertThat(replay(strict).differing()).isEqualTo(1);
    assertThat(replay(strict, changed, Evidence.NO_END, new ArrayList<>()).differing()).isZero();
    assertThat(replay(strict, changed, Evidence.NO_END, new ArrayList<>()).decisions())
        .isEqualTo(1);
    Policy lax = PolicyReader.read(PolicyReader.defaultPolicy());
    assertThat(replay(lax).differing()).isEqualTo(1);
    assertThat(replay(lax).unrepeated()).isZero();
  }

  @Test
  void what_no_policy_decided_is_not_compared() {
    var unused =
        postures.refuse(
            new Request(RequestKind.CONNECT, device("cam-1"), CREDENTIAL, END),
            "the broker cannot be reached");
    ReplayReport report = replay(postures.policy());
    assertThat(report.beyondPolicy()).isEqualTo(1);
    assertThat(report.differing()).isZero();
  }

  @Test
  void rows_from_before_are_told_alike_by_their_records() {
    ask(device("cam-1"), RequestKind.CONNECT);
    ask(device("cam-1"), RequestKind.CONNECT);
    ask(device("cam-1"), RequestKind.RENEW);
    ReplayReport unused = replay(postures.policy());
    int different =
        database
            .jdbc()
            .sql(
                """
                SELECT count(DISTINCT substring(
                  sha256(convert_to(
                    ((convert_from(canonical, 'UTF8')::jsonb - 'at' - 'posture')
                      #- '{grant,from}' #- '{grant,until}' #- '{grant,posture}')::text, 'UTF8'))
                  FROM 1 FOR 16)) FROM posture.decision
                """)
            .query(Integer.class)
            .single();
    int now =
        database
            .jdbc()
            .sql("SELECT count(DISTINCT alike) FROM posture.decision")
            .query(Integer.class)
            .single();
    assertThat(different).isEqualTo(now).isEqualTo(unused.decisions() == 3 ? 2 : -1);
  }
}

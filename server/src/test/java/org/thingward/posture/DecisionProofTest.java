package org.thingward.posture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Database;
import org.thingward.platform.DevicePlaces;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Caller;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Grant;
import org.thingward.trust.Receipt;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.bundle.BundleReader;
import org.thingward.verify.bundle.BundleReport;
import org.thingward.verify.bundle.BundleVerifier;
import org.thingward.verify.bundle.ProofBundle;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.record.Records;

/** Proofs out of the real ledger, checked as anyone would check them. */
class DecisionProofTest {
  private static final Subject METER = Subject.device("meter-12");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});

  @TempDir private Path folder;
  private final Time time = Time.ofMachine();

  @Test
  void a_proof_repeats_the_appraisal_behind_a_permit_a_denial_and_a_stranger() throws Exception {
    Randomness randomness = new Randomness(time);
    LedgerKeys keys = LedgerKeys.open(folder, randomness);
    try (Database database = TestDatabase.fresh();
        TiledLedger ledger =
            TiledLedger.open(folder.resolve("log"), keys, time, randomness, database);
        Postures postures = new Postures(database, ledger, folder, new SteadyTime(time))) {
      admit(postures);
      RecordedDecision permit = connect(postures, METER);
      assertThat(permit.decision().permits()).isTrue();
      state(postures, "operator.order", "operator", "order", new ClaimValue.Word("revoke"));
      RecordedDecision denial = connect(postures, METER);
      assertThat(denial.decision().permits()).isFalse();
      RecordedDecision stranger = connect(postures, Subject.device("stranger"));
      for (RecordedDecision recorded : new RecordedDecision[] {permit, denial, stranger}) {
        BundleReport report = verified(postures, ledger, recorded.receipt());
        assertThat(report.ok()).as(report.text().toString()).isTrue();
      }
      assertThat(verified(postures, ledger, denial.receipt()).conclusion()).contains("meter-12");
      assertThatThrownBy(() -> proof(postures, ledger, "999"))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("has no entry 999");
      assertThatThrownBy(() -> proof(postures, ledger, "x")).hasMessageContaining("neither");
    }
  }

  @Test
  void T8_a_permit_that_the_brake_held_is_proved_with_what_it_was_held_for() throws Exception {
    Randomness randomness = new Randomness(time);
    LedgerKeys keys = LedgerKeys.open(folder, randomness);
    try (Database database = TestDatabase.fresh();
        TiledLedger ledger =
            TiledLedger.open(folder.resolve("log"), keys, time, randomness, database);
        Postures postures = new Postures(database, ledger, folder, new SteadyTime(time))) {
      String braking =
          new String(PolicyReader.defaultPolicy(), UTF_8)
              .replace("share: 5%, devices: 10", "share: 0%, devices: 1");
      Subject ada = Subject.operator("ada");
      postures.applyPolicy(braking.getBytes(UTF_8), ada);
      admit(postures);
      Grant live = connect(postures, METER).decision().grant().orElseThrow();
      postures.applyPolicy(braking.replace("    connect: yes\n", "").getBytes(UTF_8), ada);
      Request request = new Request(RequestKind.CONNECT, METER, CERTIFICATE, Evidence.NO_END);
      RecordedDecision held = postures.decideAgain(request, live);
      assertThat(held.decision().permits()).isTrue();
      BundleReport report = verified(postures, ledger, held.receipt());
      assertThat(report.ok()).as(report.text().toString()).isTrue();
      assertThat(report.text().toString())
          .contains("by the brake, wave")
          .contains("the policy alone says deny")
          .doesNotContain("is not here");
    }
  }

  @Test
  void a_denial_of_an_enforcement_point_and_the_count_of_its_repetitions_are_proved()
      throws Exception {
    Randomness randomness = new Randomness(time);
    LedgerKeys keys = LedgerKeys.open(folder, randomness);
    try (Database database = TestDatabase.fresh();
        TiledLedger ledger =
            TiledLedger.open(folder.resolve("log"), keys, time, randomness, database)) {
      RecordedDecision first;
      try (Postures postures = new Postures(database, ledger, folder, new SteadyTime(time))) {
        admit(postures);
        first = refuse(postures);
        assertThat(first.decision().permits()).isFalse();
        assertThat(refuse(postures).receipt()).isEqualTo(first.receipt());
        assertThat(refuse(postures).receipt()).isEqualTo(first.receipt());
      }
      try (Postures postures = new Postures(database, ledger, folder, new SteadyTime(time))) {
        BundleReport alone = verified(postures, ledger, first.receipt());
        assertThat(alone.ok()).as(alone.text().toString()).isTrue();
        assertThat(alone.conclusion()).contains("meter-12 was denied to connect", "another name");
        String count = Long.toString(repetition(ledger));
        BundleReport repeated =
            BundleVerifier.verify(
                BundleReader.read(proof(postures, ledger, count)), ledger.verifiers());
        assertThat(repeated.ok()).as(repeated.text().toString()).isTrue();
        assertThat(repeated.conclusion()).contains("meter-12 was denied 2 more times");
      }
    }
  }

  private static RecordedDecision refuse(Postures postures) {
    Request request = new Request(RequestKind.CONNECT, METER, CERTIFICATE, Evidence.NO_END);
    return postures.refuse(request, "it gives itself another name");
  }

  /** The index of the entry that counts repeated denials, once it is in the log. */
  private static long repetition(TiledLedger ledger) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    for (long index = 0; ; index = index + 1 < ledger.size() ? index + 1 : 0) {
      assertThat(System.nanoTime()).as("sequenced in time").isLessThan(end);
      var entry = ledger.opening(index).orElseThrow();
      if (entry.leaf().type() == EntryType.DECISION
          && Records.areRepeatedDenials(entry.opening().content())) {
        return index;
      }
    }
  }

  private static BundleReport verified(Postures postures, TiledLedger ledger, Receipt receipt)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ledger.index(receipt).isEmpty()) {
      assertThat(System.nanoTime()).as("sequenced in time").isLessThan(end);
      Thread.onSpinWait();
    }
    ProofBundle bundle = BundleReader.read(proof(postures, ledger, receipt.entry().toString()));
    return BundleVerifier.verify(bundle, ledger.verifiers());
  }

  private static byte[] proof(Postures postures, TiledLedger ledger, String entry) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      postures
          .proofs(ledger)
          .handler()
          .handle(
              new OperatorRequest(
                  Caller.inPerson(Subject.operator("ada")),
                  Scope.EVERYWHERE,
                  DevicePlaces.UNKNOWN,
                  9443,
                  Map.of("entry", entry),
                  Map.of(),
                  Map.of(),
                  new byte[0]))
          .body()
          .writeTo(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void admit(Postures postures) {
    state(
        postures,
        "identity.credential",
        "identity",
        "credential.accepted",
        new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE))));
    state(
        postures, "identity.holder", "identity", "credential.holder", new ClaimValue.Word("sole"));
  }

  private void state(
      Postures postures, String kind, String source, String claim, ClaimValue value) {
    var unused =
        postures
            .sinkFor(source)
            .state(
                new Evidence(
                    METER,
                    kind,
                    source,
                    AssuranceLevel.L3,
                    new TreeMap<>(Map.of(claim, value)),
                    time.now(),
                    Evidence.NO_END,
                    Digest.of(kind.getBytes(UTF_8))));
  }

  private static RecordedDecision connect(Postures postures, Subject subject) {
    return postures.decide(new Request(RequestKind.CONNECT, subject, CERTIFICATE, Evidence.NO_END));
  }
}

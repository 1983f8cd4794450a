package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Database;
import org.thingward.platform.Randomness;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Receipt;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;

/** Whoever can write to the database tries to raise a device with it; the log is believed. */
class ReloadTest {
  private static final Subject PUMP = Subject.device("pump-1");
  private static final Subject THIEF = Subject.device("thief");
  private static final Subject ADA = Subject.operator("ada");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final List<String> TABLES = List.of("evidence", "posture", "document");

  @TempDir private Path folder;
  private final Time time = Time.ofMachine();
  private final Randomness randomness = new Randomness(time);
  private Database database;
  private TiledLedger ledger;
  private Postures postures;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.fresh();
    LedgerKeys keys = LedgerKeys.open(folder, randomness);
    ledger = TiledLedger.open(folder.resolve("log"), keys, time, randomness, database);
    open();
    admit(PUMP);
    assertThat(connects(PUMP)).isTrue();
  }

  private void open() {
    postures = new Postures(database, ledger, folder, new SteadyTime(time));
  }

  private void restart() throws Exception {
    postures.close();
    open();
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    ledger.close();
    database.close();
  }

  @Test
  void L4_a_row_of_evidence_written_by_hand_does_not_count_and_its_subject_is_of_no_tier()
      throws Exception {
    state(PUMP, "operator.order", "operator", "order", word("quarantine"));
    plant(evidence(PUMP, "operator.order", "operator", "order", word("release"), time.now()));
    plant(holder(THIEF, time.now()));
    plant(credential(THIEF, time.now()));
    restart();
    assertThat(connects(THIEF)).isFalse();
    assertThat(postures.posture(THIEF)).as("as if nothing were stated").isEmpty();
    assertThat(tier(PUMP)).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(finding()).contains("database-changed", "device:pump-1", "device:thief");
  }

  @Test
  void L4_about_whom_a_row_was_planted_nobody_is_admitted_until_an_operator_releases()
      throws Exception {
    plant(
        evidence(
            PUMP,
            "identity.credential",
            "identity",
            "credential.accepted",
            digests(9),
            time.now()));
    restart();
    assertThat(tier(PUMP)).isEqualTo(Tier.NONE);
    assertThat(connects(PUMP)).isFalse();
    restart();
    assertThat(connects(PUMP)).as("after another start").isFalse();
    state(PUMP, "operator.order", "operator", "order", word("release"));
    assertThat(connects(PUMP)).as("released").isTrue();
    restart();
    assertThat(connects(PUMP)).as("released, after another start").isTrue();
  }

  @Test
  void L4_a_quarantine_that_was_rewritten_in_the_database_is_the_logs_again() throws Exception {
    state(PUMP, "operator.order", "operator", "order", word("quarantine"));
    Evidence release =
        evidence(PUMP, "operator.order", "operator", "order", word("release"), time.now());
    update(
        "UPDATE posture.evidence SET canonical = ? WHERE kind = 'operator.order'",
        release.canonical());
    restart();
    assertThat(tier(PUMP)).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(text("SELECT canonical FROM posture.evidence WHERE kind = 'operator.order'"))
        .contains("quarantine");
  }

  @Test
  void L4_a_quarantine_that_was_deleted_or_marked_as_over_counts_again() throws Exception {
    state(PUMP, "operator.order", "operator", "order", word("quarantine"));
    update("UPDATE posture.evidence SET counts = false WHERE kind = 'operator.order'");
    restart();
    assertThat(tier(PUMP)).as("marked as over").isEqualTo(Tier.CONTRAINDICATED);
    update("DELETE FROM posture.evidence WHERE kind = 'operator.order'");
    restart();
    assertThat(tier(PUMP)).as("deleted").isEqualTo(Tier.CONTRAINDICATED);
    assertThat(postures.disagreements()).isEqualTo(1);
    assertThat(finding()).contains("database-behind", "device:pump-1");
    restart();
    assertThat(postures.disagreements()).as("put back for good").isZero();
  }

  @Test
  void L4_who_was_judged_by_evidence_that_is_nowhere_any_more_is_of_no_tier_until_released()
      throws Exception {
    Receipt order =
        postures
            .sinkFor("operator")
            .state(
                evidence(
                    PUMP, "operator.order", "operator", "order", word("quarantine"), time.now()));
    ledger.publish();
    ledger.erase(ledger.index(order).orElseThrow());
    update("DELETE FROM posture.evidence WHERE kind = 'operator.order'");
    restart();
    assertThat(tier(PUMP)).isEqualTo(Tier.NONE);
    assertThat(connects(PUMP)).isFalse();
    assertThat(finding()).contains("evidence-lost", "device:pump-1");
    restart();
    assertThat(connects(PUMP)).as("after another start").isFalse();
    state(PUMP, "operator.order", "operator", "order", word("release"));
    assertThat(connects(PUMP)).as("released").isTrue();
    restart();
    assertThat(connects(PUMP)).as("released, after another start").isTrue();
  }

  @Test
  void L4_a_posture_raised_by_hand_raises_nobody() throws Exception {
    state(PUMP, "operator.order", "operator", "order", word("quarantine"));
    update(
        "UPDATE posture.posture SET tier = 2, canonical = (SELECT canonical FROM posture.posture"
            + " WHERE tier = 2 LIMIT 1) WHERE tier = 96");
    restart();
    assertThat(tier(PUMP)).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(connects(PUMP)).isFalse();
  }

  @Test
  void L4_a_policy_or_reference_value_put_into_the_database_is_not_in_force() throws Exception {
    Digest before = postures.policy().digest();
    byte[] lax =
        new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8)
            .replace("require: [instance-identity]", "require: []")
            .getBytes(StandardCharsets.UTF_8);
    for (String kind : List.of("policy", "reference-values")) {
      update(
          "INSERT INTO posture.document (kind, digest, operator, at, receipt, bytes)"
              + " VALUES ('"
              + kind
              + "', ?, 'operator:ada', now(), ?, ?)",
          Digest.of(lax).bytes(),
          randomness.bytes(32),
          lax);
    }
    restart();
    assertThat(postures.policy().digest()).isEqualTo(before);
    update("UPDATE posture.document SET bytes = ? WHERE kind = 'policy'", lax);
    restart();
    assertThat(postures.policy().digest()).isEqualTo(before);
    Digest applied = postures.applyPolicy(lax, ADA).digest();
    restart();
    assertThat(postures.policy().digest()).as("applied as one does").isEqualTo(applied);
  }

  @Test
  void L4_which_document_of_a_maker_was_taken_is_known_after_a_restart_and_from_the_log()
      throws Exception {
    Digest good = Digest.of(new byte[] {1});
    postures.applyReferenceValues(TestValues.published("pump", 6, "1.0.0", good), ADA);
    ReferenceValues seventh = TestValues.published("pump", 7, "1.0.0", good);
    postures.applyReferenceValues(seventh, ADA);
    restart();
    assertThat(postures.referenceValues()).isEqualTo(seventh);
    update("DELETE FROM posture.document WHERE digest = ?", seventh.digest().bytes());
    restart();
    assertThat(postures.referenceValues()).as("the log's is in force").isEqualTo(seventh);
    assertThat(postures.referenceValues().published().get(Subject.product("pump")).version())
        .isEqualTo(7);
  }

  @Test
  void L4_an_old_backup_of_the_database_under_a_newer_log_is_lowered_again_before_any_permit()
      throws Exception {
    for (String table : TABLES) {
      update("CREATE TABLE old_" + table + " AS TABLE posture." + table);
    }
    state(PUMP, "operator.order", "operator", "order", word("revoke"));
    admit(THIEF);
    state(THIEF, "identity.holder", "identity", "credential.holder", word("shared"));
    assertThat(tier(THIEF)).isEqualTo(Tier.CONTRAINDICATED);
    postures.close();
    for (String table : TABLES) {
      update("TRUNCATE posture." + table);
      update(
          "INSERT INTO posture." + table + " OVERRIDING SYSTEM VALUE SELECT * FROM old_" + table);
    }
    open();
    assertThat(tier(PUMP)).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(tier(THIEF)).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(connects(PUMP)).isFalse();
    assertThat(postures.disagreements()).isPositive();
    assertThat(finding()).contains("database-behind");
  }

  @Test
  void L4_a_database_and_a_log_that_never_met_do_not_start() throws Exception {
    postures.close();
    ledger.close();
    LedgerKeys other = LedgerKeys.open(folder, randomness);
    ledger = TiledLedger.open(folder.resolve("other"), other, time, randomness, database);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(this::open))
        .hasMessageContaining("do not belong together");
  }

  private void admit(Subject device) {
    postures.sinkFor("identity").state(holder(device, time.now()));
    postures.sinkFor("identity").state(credential(device, time.now()));
  }

  private static Evidence holder(Subject device, Instant at) {
    return evidence(device, "identity.holder", "identity", "credential.holder", word("sole"), at);
  }

  private static Evidence credential(Subject device, Instant at) {
    return evidence(
        device, "identity.credential", "identity", "credential.accepted", digests(1), at);
  }

  private static ClaimValue digests(int seed) {
    return new ClaimValue.Digests(new TreeSet<>(Set.of(Digest.of(new byte[] {(byte) seed}))));
  }

  private static ClaimValue word(String word) {
    return new ClaimValue.Word(word);
  }

  private void state(Subject subject, String kind, String source, String claim, ClaimValue value) {
    postures.sinkFor(source).state(evidence(subject, kind, source, claim, value, time.now()));
  }

  private static Evidence evidence(
      Subject subject, String kind, String source, String claim, ClaimValue value, Instant at) {
    return new Evidence(
        subject,
        kind,
        source,
        AssuranceLevel.L5,
        new TreeMap<>(Map.of(claim, value)),
        at,
        Evidence.NO_END,
        Digest.of(claim.getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes a row as the server would have, but for the log. */
  private void plant(Evidence evidence) {
    update(
        "INSERT INTO posture.evidence (id, subject, kind, source, received, receipt, canonical)"
            + " VALUES (?, ?, ?, ?, now(), ?, ?)",
        evidence.id().bytes(),
        evidence.subject().toString(),
        evidence.kind(),
        evidence.source(),
        randomness.bytes(32),
        evidence.canonical());
  }

  private void update(String sql, Object... values) {
    int unused = database.jdbc().sql(sql).params(List.of(values)).update();
  }

  private String text(String query) {
    return new String(
        database.jdbc().sql(query).query(byte[].class).single(), StandardCharsets.UTF_8);
  }

  /** The newest finding in the log: once what comes after it is durable and published, so is it. */
  private String finding() {
    Receipt after = ledger.append(EntryType.DECISION, ADA, new byte[] {'{', '}'});
    Checkpoint head = ledger.publish();
    assertThat(ledger.index(after).orElseThrow()).isLessThan(head.size());
    return new String(
        ledger.openings().newest(EntryType.FINDING).orElseThrow().content(),
        StandardCharsets.UTF_8);
  }

  private Tier tier(Subject subject) {
    return postures.posture(subject).orElseThrow().tier();
  }

  private boolean connects(Subject subject) {
    Request request = new Request(RequestKind.CONNECT, subject, CERTIFICATE, Evidence.NO_END);
    return postures.decide(request).decision().permits();
  }
}

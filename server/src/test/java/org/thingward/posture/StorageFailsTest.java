package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.SteadyTime;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.verify.log.EntryType;

/** Cuts while the database is down, hangs, or the disk takes nothing: they act, and last. */
class StorageFailsTest {
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Subject PUMP = Subject.device("pump-1");
  private static final Subject VALVE = Subject.device("valve-1");

  @TempDir Path folder;
  private final Time time = Time.ofMachine();
  private Database database;
  private MemoryLedger ledger;
  private Postures postures;

  @BeforeEach
  void start() {
    database = TestDatabase.fresh();
    ledger = new MemoryLedger(database);
    postures = open();
    admit(PUMP);
    admit(VALVE);
  }

  @AfterEach
  void stop() throws Exception {
    postures.close();
    database.close();
  }

  private Postures open() {
    return new Postures(database, ledger, folder, new SteadyTime(time));
  }

  @Test
  void T6_a_cut_that_the_database_never_took_is_remembered_after_a_crash() throws Exception {
    ledger.transactionsFail = true;
    assertThatThrownBy(() -> quarantine(PUMP)).isInstanceOf(NotYetStored.class);
    assertThat(mayConnect(PUMP)).isFalse();
    Path crashed = Files.createDirectory(folder.resolve("crashed"));
    Files.copy(folder.resolve("denials.journal"), crashed.resolve("denials.journal"));
    long written = ledger.count(EntryType.EVIDENCE);

    // What the process that crashed leaves: the database as it was, and the journal.
    ledger.transactionsFail = false;
    try (Database other = TestDatabase.fresh()) {
      MemoryLedger fresh = new MemoryLedger(other);
      try (Postures restarted = new Postures(other, fresh, crashed, new SteadyTime(time))) {
        assertThat(restarted.posture(PUMP).orElseThrow().tier()).isEqualTo(Tier.CONTRAINDICATED);
        await(() -> fresh.count(EntryType.EVIDENCE) == 1);
      }
      assertThat(crashed.resolve("denials.journal")).doesNotExist();
    }
    await(() -> ledger.count(EntryType.EVIDENCE) == written + 1);
  }

  @Test
  void T6_a_cut_waits_for_no_database_that_hangs_and_neither_does_the_next() throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE posture.evidence IN ACCESS EXCLUSIVE MODE");
      CountDownLatch both = new CountDownLatch(2);
      for (Subject device : new Subject[] {PUMP, VALVE}) {
        Thread.ofVirtual()
            .start(() -> {
              assertThatThrownBy(() -> quarantine(device)).isInstanceOf(NotYetStored.class);
              both.countDown();
            });
      }
      await(() -> !mayConnect(PUMP) && !mayConnect(VALVE));
      assertThat(both.getCount()).as("both still wait for the database").isEqualTo(2);
      assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
      connection.rollback();
    }
    await(() -> quarantinesOnRecord() == 2);
  }

  @Test
  void T6_a_cut_acts_though_neither_database_nor_journal_takes_it() throws Exception {
    Path journal = Files.createDirectory(folder.resolve("denials.journal"));
    ledger.transactionsFail = true;
    assertThatThrownBy(() -> quarantine(PUMP)).isInstanceOf(NotYetStored.class);
    assertThat(mayConnect(PUMP)).isFalse();
    ledger.transactionsFail = false;
    await(() -> quarantinesOnRecord() == 1);
    Files.delete(journal);
  }

  @Test
  void T6_while_the_database_hangs_decisions_come_from_the_cache_until_they_expire()
      throws Exception {
    Subject gauge = Subject.device("gauge-1");
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      Instant end = time.now().plusSeconds(4);
      admit(gauge, end);
      statement.execute("LOCK TABLE posture.evidence IN ACCESS EXCLUSIVE MODE");
      assertThat(mayConnect(gauge)).as("from the cache").isTrue();
      await(() -> !mayConnect(gauge));
      assertThat(time.now()).as("not before its end").isAfterOrEqualTo(end);
      assertThat(mayConnect(PUMP)).as("what has not expired").isTrue();
      connection.rollback();
    }
  }

  private long quarantinesOnRecord() {
    return List.copyOf(ledger.entries).stream()
        .filter(entry -> entry.type() == EntryType.EVIDENCE)
        .filter(entry -> entry.content().contains("quarantine"))
        .count();
  }

  private boolean mayConnect(Subject device) {
    Request request = new Request(RequestKind.CONNECT, device, CERTIFICATE, Evidence.NO_END);
    return postures.decide(request).decision().permits();
  }

  private void quarantine(Subject device) {
    state("operator", device, "operator.order", "order", new ClaimValue.Word("quarantine"));
  }

  private void admit(Subject device) {
    admit(device, Evidence.NO_END);
  }

  private void admit(Subject device, Instant until) {
    state(
        "identity",
        device,
        "identity.credential",
        "credential.accepted",
        new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE))),
        until);
    state("identity", device, "identity.holder", "credential.holder", new ClaimValue.Word("sole"));
    assertThat(mayConnect(device)).isTrue();
  }

  private void state(String source, Subject device, String kind, String claim, ClaimValue value) {
    state(source, device, kind, claim, value, Evidence.NO_END);
  }

  private void state(
      String source, Subject device, String kind, String claim, ClaimValue value, Instant until) {
    var unused =
        postures
            .sinkFor(source)
            .state(
                new Evidence(
                    device,
                    kind,
                    source,
                    AssuranceLevel.L5,
                    new TreeMap<>(Map.of(claim, value)),
                    time.now(),
                    until,
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

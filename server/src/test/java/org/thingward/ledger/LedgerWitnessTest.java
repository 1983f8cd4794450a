package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.ledger.TestLedgers.append;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.log.WitnessPolicyReader;
import org.thingward.verify.witness.Witness;

/** A ledger and two witnesses of it, over HTTP. */
class LedgerWitnessTest {
  @TempDir private Path temp;
  private final List<Running> running = new ArrayList<>();

  /** A witness behind HTTP. */
  private record Running(Witness witness, HttpServer server) {
    static Running start(Witness witness, int port) throws IOException {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      HttpServer server = HttpServer.create(address, 0);
      server.createContext("/add-checkpoint", exchange -> answer(witness, exchange));
      server.start();
      return new Running(witness, server);
    }

    private static void answer(Witness witness, HttpExchange exchange) throws IOException {
      try (exchange) {
        Witness.Answer answer = witness.addCheckpoint(exchange.getRequestBody().readAllBytes());
        byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), text.length);
        exchange.getResponseBody().write(text);
      }
    }

    int port() {
      return server.getAddress().getPort();
    }

    void stop() throws IOException {
      server.stop(0);
      witness.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    try (TiledLedger ledger = TestLedgers.open(temp.resolve("keys-only"))) {
      assertThat(ledger.size()).isEqualTo(1);
    }
    startWitness("w1", 0);
    startWitness("w2", 0);
  }

  private Running startWitness(String name, int port) throws IOException {
    Witness witness =
        Witness.open(
            temp.resolve(name),
            "witness.example/" + name,
            logKeys(),
            InstantSource.system(),
            new SecureRandom());
    Running started = Running.start(witness, port);
    running.add(started);
    return started;
  }

  @AfterEach
  void stop() throws IOException {
    for (Running each : running) {
      each.stop();
    }
  }

  /** The folder's keys, made before the first witness is told of them. */
  private List<VerifierKey> logKeys() throws IOException {
    return LedgerKeys.open(temp.resolve("keys-only"), TestLedgers.RANDOMNESS).verifiers();
  }

  private WitnessPolicy policy() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      for (VerifierKey key : running.get(i).witness().verifiers()) {
        text.append(
            "witness w%d-%s %s http://127.0.0.1:%d/\n"
                .formatted(i + 1, key.algorithm().name(), key, running.get(i).port()));
      }
    }
    text.append("group all4 all w1-ED25519_COSIGNATURE w1-ML_DSA_44 ");
    text.append("w2-ED25519_COSIGNATURE w2-ML_DSA_44\nquorum all4\n");
    return WitnessPolicyReader.read(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private TiledLedger open(Path folder, WitnessPolicy policy) {
    Witnesses witnesses =
        TiledLedger.witnesses(Optional.of(policy), folder.resolve("log"), TestLedgers.TIME);
    return TestLedgers.open(folder, Outbox.NONE, Disk.MACHINE, witnesses);
  }

  private Path folder() {
    return temp.resolve("keys-only");
  }

  private static void appendMany(TiledLedger ledger, int count) {
    for (int i = 0; i < count; i++) {
      append(ledger, "d" + i % 5, "d" + i % 5 + " " + i);
    }
  }

  private static LogReport verify(TiledLedger ledger, WitnessPolicy policy) {
    LogSource source = new LogSource.Directory(ledger.publicFolder());
    return new LogVerifier(source, ledger.verifiers(), Optional.of(policy)).verify();
  }

  @Test
  void L6_checkpoints_are_published_with_the_cosignatures_of_a_quorum() {
    WitnessPolicy policy = policy();
    try (TiledLedger ledger = open(folder(), policy)) {
      for (int round = 0; round < 3; round++) {
        appendMany(ledger, 150);
        Checkpoint head = ledger.publish();
        assertThat(policy.isWitnessed(head)).isTrue();
        assertThat(head.signatures()).hasSize(6);
      }
      LogReport report = verify(ledger, policy);
      assertThat(report.ok()).as("%s", report.lines()).isTrue();
      TestLedgers.requireSound(ledger);
    }
  }

  @Test
  void L6_without_a_quorum_the_log_goes_on_and_says_that_it_is_unwitnessed() throws IOException {
    WitnessPolicy policy = policy();
    running.remove(1).stop();
    try (TiledLedger ledger = open(folder(), policy)) {
      appendMany(ledger, 10);
      ledger.publish();
      LogReport report = verify(ledger, policy);
      assertThat(report.ok()).isFalse();
      assertThat(report.lines())
          .last()
          .isEqualTo("unwitnessed: the log may be forked or shortened");
      assertThat(report.witnesses().orElseThrow().names()).hasSize(2);
    }
  }

  @Test
  void L6_a_witness_that_comes_back_cosigns_without_a_new_entry() throws IOException {
    WitnessPolicy policy = policy();
    int port = running.get(1).port();
    running.remove(1).stop();
    try (TiledLedger ledger = open(folder(), policy)) {
      appendMany(ledger, 10);
      assertThat(policy.isWitnessed(ledger.publish())).isFalse();
      startWitness("w2", port);
      long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
      while (!policy.isWitnessed(ledger.checkpoint()) && System.nanoTime() < deadline) {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
      assertThat(policy.isWitnessed(ledger.checkpoint())).isTrue();
      assertThat(verify(ledger, policy).ok()).isTrue();
    }
  }

  @Test
  void L6_a_witness_that_hangs_holds_back_no_append_and_publishing_for_a_second() throws Exception {
    int port = running.get(1).port();
    WitnessPolicy policy = policy();
    running.remove(1).stop();
    try (ServerSocket silent = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        TiledLedger ledger = open(folder(), policy)) {
      assertThat(silent.isBound()).isTrue();
      long start = System.nanoTime();
      appendMany(ledger, 500);
      ledger.publish();
      appendMany(ledger, 500);
      ledger.publish();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      assertThat(ledger.checkpoint().size()).isEqualTo(ledger.size());
    }
  }

  @Test
  void L5_a_shortened_log_is_refused_at_start_because_a_witness_has_seen_more() throws IOException {
    WitnessPolicy policy = policy();
    try (TiledLedger ledger = open(folder(), policy)) {
      appendMany(ledger, 20);
    }
    Path old = TestLedgers.image(folder(), temp.resolve("old"));
    try (TiledLedger ledger = open(folder(), policy)) {
      appendMany(ledger, 20);
    }
    assertThatThrownBy(() -> open(old, policy))
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("has cosigned 41 entries of this log, which has 21")
        .hasMessageContaining("restore the newer one");
    try (TiledLedger ledger = open(folder(), policy)) {
      assertThat(ledger.size()).isEqualTo(41);
    }
  }

  @Test
  void L5_another_history_of_the_same_size_is_refused_at_start() throws IOException {
    WitnessPolicy policy = policy();
    try (TiledLedger ledger = open(folder(), policy)) {
      appendMany(ledger, 20);
    }
    Path old = TestLedgers.image(folder(), temp.resolve("old"));
    try (TiledLedger ledger = open(folder(), policy)) {
      append(ledger, "d1", "d1 this way");
    }
    try (TiledLedger forked = TestLedgers.open(old)) {
      append(forked, "d1", "d1 that way");
    }
    assertThatThrownBy(() -> open(old, policy))
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("another history of 22 entries");
  }

  @Test
  void L5_a_witness_that_cosigned_what_a_crash_left_unpublished_is_no_reason_to_refuse()
      throws IOException {
    WitnessPolicy policy = policy();
    Path crashed;
    try (TiledLedger ledger = open(folder(), policy)) {
      appendMany(ledger, 20);
      ledger.publish();
      appendMany(ledger, 5);
      crashed = TestLedgers.image(folder(), temp.resolve("crashed"));
      ledger.publish();
    }
    try (TiledLedger ledger = open(crashed, policy)) {
      assertThat(ledger.size()).isEqualTo(26);
      assertThat(policy.isWitnessed(ledger.checkpoint())).isTrue();
    }
  }

  @Test
  void L5_an_emptied_log_is_refused_at_start() throws IOException {
    WitnessPolicy policy = policy();
    try (TiledLedger ledger = open(folder(), policy)) {
      appendMany(ledger, 20);
    }
    Path emptied = temp.resolve("emptied");
    Files.createDirectories(emptied);
    Files.copy(folder().resolve("ledger-keys"), emptied.resolve("ledger-keys"));
    assertThatThrownBy(() -> open(emptied, policy))
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("which has 0");
  }
}

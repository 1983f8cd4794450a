package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.ConsistencyProof;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogReport;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.TiledTree;
import tools.jackson.databind.JsonNode;

/** Server, database and broker are killed at random moments while they work, and started again. */
class KilledServerTest {
  private static final int KILLS = Boolean.getBoolean("thingward.long") ? 10 : 1;
  private static final int CONTRAINDICATED = 96;

  private final Random random = new Random(11);
  private final Queue<String> receipts = new ConcurrentLinkedQueue<>();
  private final Queue<String> quarantined = new ConcurrentLinkedQueue<>();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private Checkpoint seen;

  @Test
  void L5_killed_at_any_moment_it_loses_nothing_acknowledged_and_its_log_never_goes_back(
      @TempDir Path folder) throws Exception {
    try (ServerUnderFaults house = new ServerUnderFaults(folder.resolve("data"))) {
      Subject commander = house.enrolled(Subject.service("commander"));
      Subject ear = house.enrolled(Subject.device("ear-1"));
      MqttSettings lasting = MqttSettings.of(ear.name()).withPersistence(Duration.ofHours(1));
      try (MqttSession session = house.open(ear, lasting)) {
        assertThat(session.subscribe("c/ear-1/#", 1)).isEqualTo(1);
      }
      var product = house.operator().connection().put("/products/valve-1", Map.of());
      assertThat(product.isMissingNode()).isFalse();
      seen = checkpoint(house);
      for (int kill = 1; kill <= KILLS; kill++) {
        workUntilKilled(house, commander, kill);
        house.start();
        requireNothingLost(house);
      }
      requireDelivered(house, ear, lasting);
    }
  }

  /** Orders and commands go on, and what was acknowledged is noted, until the kill ends them. */
  private void workUntilKilled(ServerUnderFaults house, Subject commander, int kill)
      throws InterruptedException {
    Thread orders = Thread.ofVirtual().start(() -> orders(house, kill));
    Thread commands = Thread.ofVirtual().start(() -> commands(house, commander, kill));
    Patience.untilTrue(Duration.ofSeconds(30), () -> receipts.size() > 3 * kill);
    TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
    house.kill();
    orders.join(TimeUnit.MINUTES.toMillis(3));
    commands.join(TimeUnit.MINUTES.toMillis(3));
    assertThat(receipts.size()).as("it worked before it was killed").isGreaterThan(3 * kill);
  }

  private void orders(ServerUnderFaults house, int kill) {
    try {
      for (int i = 0; ; i++) {
        String device = "d-%d-%d".formatted(kill, i);
        assertThat(house.operator().addDevice(record(device)).isMissingNode()).isFalse();
        JsonNode order = house.operator().order(Operator.Order.QUARANTINE, device, "kill " + kill);
        quarantined.add(device);
        receipts.add(order.path("receipt").asString(""));
      }
    } catch (ServerUnreachable killed) {
      // That is what this waits for.
    } catch (OperatorProblem dying) {
      assertThat(dying.status()).as("%s", dying).isEqualTo(503);
    }
  }

  private static Map<String, String> record(String device) {
    return Map.of("id", device, "product", "valve-1", "region", "Berlin", "lifecycle", "active");
  }

  private void commands(ServerUnderFaults house, Subject commander, int kill) {
    try (MqttSession session = house.open(commander)) {
      for (int i = 0; ; i++) {
        String text = "%d-%d".formatted(kill, i);
        if (session.publishAcknowledged("c/ear-1/x", text) < 0x80) {
          told.add(text);
        }
      }
    } catch (ServerUnreachable | SessionClosed killed) {
      // That is what this waits for.
    }
  }

  private void requireNothingLost(ServerUnderFaults house) throws IOException {
    LogSource source = new LogSource.Directory(house.running().process().folder().publicLog());
    Checkpoint now = checkpoint(house);
    assertThat(now.size()).as("the log never goes back").isGreaterThanOrEqualTo(seen.size());
    ConsistencyProof proof = new TiledTree(source, now.size()).consistency(seen.size());
    assertThat(proof.proves(seen.root(), now.root())).as("the log continues itself").isTrue();
    LogReport report = new LogVerifier(source, LogVerifier.keysOf(source)).verify();
    assertThat(report.ok()).as("%s", report.lines()).isTrue();
    assertThat(commitments(source, now.size())).containsAll(receipts);
    for (String device : quarantined) {
      JsonNode posture = house.operator().posture(Subject.device(device));
      assertThat(posture.path("tier").asInt(0)).as(device).isEqualTo(CONTRAINDICATED);
    }
    seen = now;
  }

  private static Checkpoint checkpoint(ServerUnderFaults house) throws IOException {
    LogSource source = new LogSource.Directory(house.running().process().folder().publicLog());
    return Checkpoint.parse(source.read(LogVerifier.CHECKPOINT, Checkpoint.MAX_BYTES));
  }

  private static Set<String> commitments(LogSource source, long size) throws IOException {
    Set<String> commitments = new HashSet<>();
    TiledTree tree = new TiledTree(source, size);
    for (long i = 0; i < size; i++) {
      commitments.add(Leaf.decode(tree.entry(i)).content().toString());
    }
    return commitments;
  }

  private void requireDelivered(ServerUnderFaults house, Subject ear, MqttSettings lasting) {
    List<String> heard = new ArrayList<>();
    try (MqttSession session = house.open(ear, lasting)) {
      assertThat(session.acceptance().sessionPresent()).isTrue();
      var message = session.nextMessage(Duration.ofSeconds(10));
      while (message.isPresent()) {
        heard.add(message.get().text());
        message = session.nextMessage(Duration.ofSeconds(2));
      }
    }
    assertThat(heard).containsAll(told);
  }
}

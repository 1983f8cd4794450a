package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.device.Message;
import org.thingward.device.MqttSession;
import org.thingward.device.MqttSettings;
import org.thingward.device.ServerUnreachable;
import org.thingward.device.SessionClosed;
import org.thingward.operator.Operator;
import org.thingward.operator.OperatorProblem;
import org.thingward.trust.Subject;

/** A server whose database or broker is killed, or hangs: it goes on, and is whole again after. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChildFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ServerUnderFaults house;

  @BeforeAll
  void start(@TempDir Path folder) {
    house = new ServerUnderFaults(folder.resolve("data"));
  }

  @AfterAll
  void stop() {
    if (house != null) {
      house.close();
    }
  }

  private Subject device(String name) {
    return house.enrolled(Subject.device(name));
  }

  /** A device that has come in with its certificate before. */
  private Subject known(String name) {
    Subject device = device(name);
    assertThat(house.comesIn(device)).isTrue();
    return device;
  }

  @Test
  void T6_a_killed_database_comes_back_by_itself_and_meanwhile_is_decided_and_cut() {
    Subject steady = known("steady-1");
    Subject fallen = device("fallen-1");
    MqttSession live = house.open(fallen);
    assertThat(live.acceptance().accepted()).isTrue();
    List<ProcessHandle> before = house.database();
    ServerUnderFaults.signal("KILL", before);

    decidesAndCuts(steady, fallen, live);
    eventually("the database is back", () -> answers() && !house.database().equals(before));
    eventually("the cut is on record", () -> isOnRecord(fallen));
    assertThat(house.open(fallen).acceptance().accepted()).isFalse();
  }

  @Test
  void T6_a_database_that_hangs_holds_back_neither_decisions_nor_cuts() throws Exception {
    Subject steady = known("steady-2");
    Subject fallen = device("fallen-2");
    MqttSession live = house.open(fallen);
    assertThat(live.acceptance().accepted()).isTrue();
    List<ProcessHandle> hanging = house.database();
    ServerUnderFaults.signal("STOP", hanging);
    CompletableFuture<Boolean> asked = CompletableFuture.supplyAsync(this::answers);
    try {
      decidesAndCuts(steady, fallen, live);
    } finally {
      ServerUnderFaults.signal("CONT", hanging);
    }
    assertThat(asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("what was asked meanwhile is answered: 503 is an answer")
        .isNotNull();
    eventually("operators are answered", this::answers);
    eventually("the cut is on record", () -> isOnRecord(fallen));
    assertThat(house.open(fallen).acceptance().accepted()).isFalse();
  }

  /** A device that is trusted comes in and is heard; one that is not is cut and stays out. */
  private void decidesAndCuts(Subject steady, Subject fallen, MqttSession live) {
    try (MqttSession session = house.open(steady)) {
      assertThat(session.acceptance().accepted()).isTrue();
      assertThat(session.publishAcknowledged("t/" + steady.name() + "/x", "1")).isLessThan(0x80);
    }
    CompletableFuture<Integer> order = CompletableFuture.supplyAsync(() -> revoke(fallen));
    assertThat(live.awaitClosed(Duration.ofSeconds(20))).as("it is cut").isPresent();
    assertThat(house.open(fallen).acceptance().accepted()).isFalse();
    assertThat(order.orTimeout(60, TimeUnit.SECONDS).join())
        .as("acting, if not yet stored")
        .isIn(201, 503);
  }

  private int revoke(Subject device) {
    try {
      return house.operator().order(Operator.Order.REVOKE, device.name(), "stolen").isMissingNode()
          ? 0
          : 201;
    } catch (OperatorProblem problem) {
      return problem.status();
    }
  }

  @Test
  void a_killed_broker_comes_back_with_all_it_had_acknowledged_and_devices_are_told() {
    Subject ear = device("ear-1");
    Subject commander = house.enrolled(Subject.service("commander"));
    MqttSettings lasting = MqttSettings.of(ear.name()).withPersistence(Duration.ofHours(1));
    try (MqttSession session = house.open(ear, lasting)) {
      assertThat(session.subscribe("c/ear-1/#", 1)).isEqualTo(1);
    }
    Set<String> acknowledged = new TreeSet<>();
    MqttSession speaker = house.open(commander);
    for (int i = 0; i < 20; i++) {
      assertThat(speaker.publishAcknowledged("c/ear-1/x", "open " + i)).isLessThan(0x80);
      acknowledged.add("open " + i);
    }
    ServerUnderFaults.signal("KILL", house.broker());
    assertThat(speaker.awaitClosed(Duration.ofSeconds(20))).as("it is told").isPresent();

    Set<String> heard = new TreeSet<>();
    eventually(
        "all that was acknowledged is delivered",
        () -> {
          heard.addAll(messages(ear, lasting));
          return heard.containsAll(acknowledged);
        });
  }

  private Set<String> messages(Subject ear, MqttSettings lasting) {
    Set<String> heard = new TreeSet<>();
    try (MqttSession session = house.open(ear, lasting)) {
      if (session.acceptance().accepted()) {
        var message = session.nextMessage(Duration.ofSeconds(2));
        while (message.isPresent()) {
          heard.add(message.map(Message::text).orElseThrow());
          message = session.nextMessage(Duration.ofMillis(500));
        }
      }
    } catch (ServerUnreachable | SessionClosed notYet) {
      return heard;
    }
    return heard;
  }

  @Test
  void a_broker_that_hangs_acknowledges_nothing_and_new_devices_are_refused_in_time() {
    Subject speaking = device("speaking-1");
    Subject coming = device("coming-1");
    MqttSession speaker = house.open(speaking);
    assertThat(speaker.publishAcknowledged("t/speaking-1/x", "before")).isLessThan(0x80);
    List<ProcessHandle> hanging = house.broker();
    ServerUnderFaults.signal("STOP", hanging);
    CompletableFuture<Integer> published =
        CompletableFuture.supplyAsync(
            () -> speaker.publishAcknowledged("t/speaking-1/x", "meanwhile"));
    try {
      assertThat(house.comesIn(coming)).as("refused, and told so").isFalse();
      assertThat(published).as("nothing is acknowledged that the broker does not have").isNotDone();
    } finally {
      ServerUnderFaults.signal("CONT", hanging);
    }
    eventually("it comes in", () -> house.comesIn(coming));
    assertThat(published.orTimeout(20, TimeUnit.SECONDS).join()).isLessThan(0x80);
  }

  private boolean answers() {
    try {
      return house.operator().list("/devices", Map.of(), 10) != null;
    } catch (OperatorProblem down) {
      assertThat(down.status()).isEqualTo(503);
      return false;
    }
  }

  private boolean isOnRecord(Subject device) {
    try {
      return house.operator().evidence(device).stream()
          .anyMatch(each -> each.path("kind").asString("").equals("operator.order"));
    } catch (OperatorProblem down) {
      return false;
    }
  }

  private static void eventually(String what, BooleanSupplier condition) {
    assertThat(Patience.untilTrue(PATIENCE, condition)).as(what).isTrue();
  }
}

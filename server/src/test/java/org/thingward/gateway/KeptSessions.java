package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** What a broker keeps for an absent device, and what becomes of it when the device changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KeptSessions {
  private static final Digest OLD = Digest.of(new byte[] {1});
  private static final Digest NEW = Digest.of(new byte[] {2});

  @TempDir static Path folder;
  private Upstream broker;
  private House house;

  abstract Upstream startBroker(Path own);

  abstract void stopBroker();

  @BeforeAll
  void start() {
    broker = startBroker(folder);
  }

  @AfterAll
  void stop() {
    stopBroker();
  }

  @BeforeEach
  void open() {
    house = new House(broker);
  }

  @AfterEach
  void close() {
    house.close();
  }

  /** Someone at the broker itself, around the gateway. */
  private RawClient atBroker(String name, int flags, String properties) {
    RawClient client = RawClient.plain(broker.port());
    String credential =
        broker
            .credential()
            .map(own -> RawClient.text(own.user()) + RawClient.text(own.password()))
            .orElse("");
    int with = credential.isEmpty() ? 0 : 0xC0;
    return client.send(RawClient.connect(5, flags | with, 60, name, properties, credential));
  }

  /** Leaves a session at the broker in which a message waits. */
  private TestPki.Holder leaveSession(int level, String name) {
    TestPki.Holder holder = house.device(name);
    try (RawClient pump = house.raw(holder)) {
      pump.send(RawClient.connect(level, 0, 60, name, level == 5 ? "1100000e10" : "", ""));
      pump.expectAccepted();
      pump.send(RawClient.subscribe(level, 1, 1, "c/" + name + "/#"));
      assertThat(pump.next()).startsWith("90");
      pump.ping().send("e000");
      house.trust.nextEnd();
    }
    try (RawClient sender = house.raw(house.service("sender", List.of("c/#"), List.of()))) {
      sender.connect5("sender").send(RawClient.publish(5, 1, 9, "c/" + name + "/x", "", "secret"));
      assertThat(sender.next()).startsWith("40").contains("0009");
      sender.ping();
    }
    return holder;
  }

  /** Connects again as if nothing had happened. */
  private RawClient comeBack(TestPki.Holder holder, int level, String name) {
    RawClient pump = house.raw(holder);
    return pump.send(RawClient.connect(level, 0, 60, name, level == 5 ? "1100000e10" : "", ""));
  }

  private void expectNewSession(TestPki.Holder holder, int level, String name) {
    try (RawClient pump = comeBack(holder, level, name)) {
      assertThat(pump.next()).startsWith(level == 5 ? "20" : "20020000").doesNotContain("secret");
      pump.ping();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void G9_a_session_outlives_renewal_and_what_waits_is_delivered(int level) {
    String name = "kept-" + level;
    TestPki.Holder holder = leaveSession(level, name);
    Subject subject = Subject.device(name);
    house.trust.credentialsChanged(subject, Set.of(OLD), Set.of(OLD, NEW));
    house.trust.credentialsChanged(subject, Set.of(OLD, NEW), Set.of(NEW));
    assertThat(house.isNothingOutstanding()).isTrue();
    try (RawClient pump = comeBack(holder, level, name)) {
      assertThat(pump.next()).as("session present").matches("20..01.*");
      assertThat(pump.next()).startsWith("32").contains(RawClient.hex("secret"));
    }
  }

  @ParameterizedTest
  @CsvSource({"4, true", "4, false", "5, true", "5, false"})
  void G9_revocation_and_re_enrolment_purge_the_session_at_the_broker(int level, boolean revoked) {
    String name = "passed-on-" + level + revoked;
    TestPki.Holder holder = leaveSession(level, name);
    house.trust.credentialsChanged(
        Subject.device(name), Set.of(OLD), revoked ? Set.of() : Set.of(NEW));
    expectNewSession(holder, level, name);
    house.awaitNothingOutstanding();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void G9_a_change_of_owner_purges_the_session_though_the_device_stays_away(int level) {
    String name = "sold-" + level;
    leaveSession(level, name);
    try (RawClient witness = atBroker("witness-" + level, 2, "")) {
      witness.expectAccepted();
    }
    house.gateway.ownerChanged(Subject.device(name));
    house.awaitNothingOutstanding();
    try (RawClient thief = atBroker(name, 0, "")) {
      assertThat(thief.next()).as("no session present").matches("20..0000.*");
      thief.ping();
    }
  }

  @Test
  void G9_a_live_session_ends_with_its_owner_and_its_will_stays_unheard() {
    Subject subject = Subject.device("handed-over");
    TestPki.Holder holder = house.device("handed-over");
    try (RawClient ear = house.raw(house.service("ear", List.of("mark"), List.of("#")));
        RawClient pump = house.raw(holder)) {
      ear.connect5("ear").send(RawClient.subscribe(5, 1, 0, "#"));
      assertThat(ear.next()).startsWith("90");
      String will = RawClient.will(5, "t/handed-over/will", "gone");
      pump.send(RawClient.connect(5, 0x06, 60, "handed-over", "1100000e10", will));
      pump.expectAccepted();
      house.gateway.ownerChanged(subject);
      assertThat(pump.next()).startsWith("e0").contains("98");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
      house.awaitNothingOutstanding();
      ear.send(RawClient.publish(5, 0, 0, "mark", "", "x"));
      assertThat(ear.next()).contains(RawClient.hex("mark"));
      expectNewSession(holder, 5, "handed-over");
    }
  }

  @Test
  void G9_a_purge_waits_for_a_broker_that_is_away_and_outlives_a_restart() {
    leaveSession(5, "patient");
    house.close();
    Upstream nowhere =
        new Upstream("127.0.0.1", 1, false, java.util.Optional.empty(), java.util.Optional.empty());
    try (House lonely = house.restarted(nowhere)) {
      lonely.gateway.ownerChanged(Subject.device("patient"));
      long start = System.nanoTime();
      while (lonely.isNothingOutstanding() && System.nanoTime() - start < 60_000_000_000L) {
        Thread.onSpinWait();
      }
    }
    assertThat(house.isNothingOutstanding()).isFalse();
    try (House back = house.restarted(broker)) {
      back.awaitNothingOutstanding();
      try (RawClient thief = atBroker("patient", 0, "")) {
        assertThat(thief.next()).as("no session present").matches("20..0000.*");
      }
    }
  }

  /** Connects, with a will that the broker delays by so many seconds. */
  private RawClient withDelayedWill(String name, int seconds) {
    RawClient pump = house.raw(house.device(name));
    String will = "05" + "18" + "%08x".formatted(seconds);
    String rest = will + RawClient.will(4, "t/" + name + "/will", "gone");
    pump.send(RawClient.connect(5, 0x06, 60, name, "11" + "0000003c", rest));
    pump.expectAccepted();
    return pump;
  }

  private RawClient earAtBroker() {
    RawClient ear = atBroker("ear-at-broker", 2, "");
    ear.expectAccepted();
    ear.send(RawClient.subscribe(5, 1, 0, "t/#"));
    assertThat(ear.next()).startsWith("90");
    return ear;
  }

  @Test
  void G6_a_delayed_will_is_withdrawn_though_its_device_falls_while_the_server_is_down() {
    try (RawClient ear = earAtBroker();
        RawClient bad = withDelayedWill("bad", 2);
        RawClient good = withDelayedWill("good", 3)) {
      assertThat(house.isNothingOutstanding()).isFalse();
      house.close();
      assertThat(List.of(bad.next(), good.next())).allMatch(last -> last.startsWith("e0"));
      house.trust.distrust(Subject.device("bad"));
      try (House back = house.restarted(broker)) {
        assertThat(ear.next()).contains(RawClient.hex("t/good/will"));
        back.awaitNothingOutstanding();
      }
    }
  }

  @Test
  void G6_a_delayed_will_that_a_device_asks_for_as_it_leaves_is_withdrawn_when_it_falls() {
    try (RawClient ear = earAtBroker()) {
      for (String name : List.of("bad-2", "good-2")) {
        try (RawClient pump = withDelayedWill(name, name.startsWith("bad") ? 1 : 2)) {
          pump.send("e00104");
          assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
        }
      }
      house.trust.distrust(Subject.device("bad-2"));
      assertThat(ear.next()).contains(RawClient.hex("t/good-2/will"));
      house.awaitNothingOutstanding();
    }
  }

  @Test
  void G6_of_a_device_that_leaves_in_order_no_will_is_remembered() {
    try (RawClient pump = withDelayedWill("tidy", 60)) {
      assertThat(house.isNothingOutstanding()).isFalse();
      pump.send("e000");
      house.awaitNothingOutstanding();
    }
  }
}

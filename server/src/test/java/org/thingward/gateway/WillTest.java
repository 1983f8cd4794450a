package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

class WillTest extends OverMosquitto {
  private RawClient ear() {
    RawClient ear = house.raw(house.service("ear", List.of("mark"), List.of("#")));
    ear.connect5("ear").send(RawClient.subscribe(5, 1, 0, "#"));
    assertThat(ear.next()).startsWith("90");
    return ear;
  }

  /** Publishes a mark and expects to hear it before anything else. */
  private static void expectNothingBefore(RawClient ear) {
    ear.send(RawClient.publish(5, 0, 0, "mark", "", "x"));
    assertThat(ear.next()).contains(RawClient.hex("mark"));
  }

  private RawClient withWill(int level, String name, String topic) {
    RawClient client = house.raw(house.device(name));
    client.send(RawClient.connect(level, 0x06, 60, name, "", RawClient.will(level, topic, "gone")));
    return client;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void G6_a_permitted_will_is_heard_when_the_device_is_lost(int level) {
    try (RawClient ear = ear()) {
      try (RawClient pump = withWill(level, "pump-1", "t/pump-1/will")) {
        pump.expectAccepted();
      }
      assertThat(ear.next()).contains(RawClient.hex("t/pump-1/will"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void G6_a_will_to_a_topic_without_right_is_refused_at_connect(int level) {
    try (RawClient ear = ear();
        RawClient pump = withWill(level, "pump-2", "t/pump-3/will")) {
      String connack = pump.next();
      assertThat(connack).startsWith("20").contains(level == 5 ? "0087" : "0005");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
      expectNothingBefore(ear);
      assertThat(house.trust.nextRefusal())
          .isEqualTo("device:pump-2: The will's topic may not be published to.");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void G6_the_will_of_a_device_that_is_cut_stays_unheard(int level) {
    try (RawClient ear = ear();
        RawClient pump = withWill(level, "pump-4", "t/pump-4/will")) {
      pump.expectAccepted();
      house.trust.distrust(Subject.device("pump-4"));
      if (level == 5) {
        assertThat(pump.next()).startsWith("e0").contains("87");
      }
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.CUT);
      expectNothingBefore(ear);
    }
  }

  @Test
  void G6_a_will_whose_right_falls_is_withdrawn_and_the_session_ends() {
    try (RawClient ear = ear();
        RawClient pump = withWill(5, "pump-5", "t/pump-5/will")) {
      pump.expectAccepted();
      house.trust.trust(Subject.device("pump-5"), List.of("t/pump-5/other"), List.of());
      assertThat(pump.next()).startsWith("e0").contains("87");
      expectNothingBefore(ear);
    }
  }

  @Test
  void G6_a_delayed_will_is_withdrawn_when_its_device_falls_while_offline() {
    TestPki.Holder holder = house.device("pump-6");
    Subject subject = Subject.device("pump-6");
    try (RawClient ear = ear()) {
      try (RawClient pump = house.raw(holder)) {
        String will = "05" + "18" + "00000001" + RawClient.will(4, "t/pump-6/will", "gone");
        pump.send(RawClient.connect(5, 0x06, 60, "pump-6", "11" + "0000003c", will));
        pump.expectAccepted();
      }
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.LEFT);
      house.trust.distrust(subject);
      java.util.concurrent.locks.LockSupport.parkNanos(1_500_000_000L);
      expectNothingBefore(ear);
    }
  }

  @Test
  void G6_a_delayed_will_of_a_trusted_device_is_heard() {
    TestPki.Holder holder = house.device("pump-7");
    try (RawClient ear = ear()) {
      try (RawClient pump = house.raw(holder)) {
        String will = "05" + "18" + "00000001" + RawClient.will(4, "t/pump-7/will", "gone");
        pump.send(RawClient.connect(5, 0x06, 60, "pump-7", "11" + "0000003c", will));
        pump.expectAccepted();
      }
      assertThat(ear.next()).contains(RawClient.hex("t/pump-7/will"));
    }
  }
}

package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

class RightsTest extends OverMosquitto {
  /** A service that hears everything devices publish. */
  private RawClient listener(int level) {
    RawClient ear = house.raw(house.service("ear", List.of(), List.of("t/#", "c/#", "other/#")));
    ear.send(RawClient.connect(level, 2, 60, "ear", "", ""));
    ear.expectAccepted();
    ear.send(RawClient.subscribe(level, 1, 0, "t/#", "other/#"));
    assertThat(ear.next()).startsWith("90");
    return ear;
  }

  @Test
  void G4_a_refused_publish_is_answered_in_5_and_never_reaches_the_broker() {
    try (RawClient ear = listener(5);
        RawClient pump = house.raw(house.device("pump-1"))) {
      pump.connect5("pump-1");
      pump.send(RawClient.publish(5, 0, 0, "other/x", "", "no"));
      pump.send(RawClient.publish(5, 1, 7, "other/x", "", "no"));
      assertThat(pump.next()).isEqualTo("4003000787");
      pump.send(RawClient.publish(5, 2, 8, "other/x", "", "no"));
      assertThat(pump.next()).isEqualTo("5003000887");
      pump.send(RawClient.publish(5, 1, 9, "t/pump-1/x", "", "yes"));
      assertThat(pump.next()).startsWith("40").contains("0009");
      assertThat(ear.next()).contains(RawClient.hex("t/pump-1/x"));
    }
  }

  @Test
  void G4_a_refused_publish_in_311_is_acknowledged_and_dropped() {
    try (RawClient ear = listener(4);
        RawClient pump = house.raw(house.device("pump-2"))) {
      pump.connect311("pump-2");
      pump.send(RawClient.publish(4, 1, 7, "other/x", "", "no"));
      assertThat(pump.next()).isEqualTo("40020007");
      pump.send(RawClient.publish(4, 2, 8, "other/x", "", "no"));
      assertThat(pump.next()).isEqualTo("50020008");
      pump.send(RawClient.publish(4, 2, 8, "other/x", "", "no"));
      assertThat(pump.next()).isEqualTo("50020008");
      pump.send("62020008");
      assertThat(pump.next()).isEqualTo("70020008");
      pump.send(RawClient.publish(4, 2, 8, "t/pump-2/x", "", "yes"));
      assertThat(pump.next()).isEqualTo("50020008");
      pump.send("62020008");
      assertThat(pump.next()).isEqualTo("70020008");
      assertThat(ear.next()).contains(RawClient.hex("t/pump-2/x"));
    }
  }

  @Test
  void T2_packets_that_a_device_itself_sent_without_a_right_are_evidence_but_not_at_once() {
    Limits few = Limits.defaults().withRefusedPackets(3);
    try (House other = new House(broker.upstream(), few);
        RawClient pump = other.raw(other.device("pump-13"))) {
      pump.connect5("pump-13");
      for (int i = 1; i <= 3; i++) {
        pump.send(RawClient.publish(5, 1, i, "other/x", "", "no"));
        assertThat(pump.next()).endsWith("87");
      }
      assertThat(other.trust.statedSoFar()).isEmpty();
      pump.send(RawClient.subscribe(5, 4, 0, "t/#"));
      assertThat(pump.next()).startsWith("90");
      Evidence stated = other.trust.nextEvidence();
      assertThat(stated.subject()).isEqualTo(Subject.device("pump-13"));
      assertThat(stated.kind()).isEqualTo("traffic.refused");
      assertThat(stated.claims()).isEqualTo(Map.of("refused.packets", new ClaimValue.Count(4)));
      for (int i = 5; i <= 9; i++) {
        pump.send(RawClient.publish(5, 1, i, "other/x", "", "no"));
        assertThat(pump.next()).endsWith("87");
      }
      assertThat(other.trust.statedSoFar()).as("again after a minute at the earliest").isEmpty();
    }
  }

  @Test
  void T2_messages_that_are_withheld_from_a_device_are_no_evidence_against_it() {
    Limits none = Limits.defaults().withRefusedPackets(0);
    try (House other = new House(broker.upstream(), none);
        RawClient pump = other.raw(other.device("pump-14"));
        RawClient sender = other.raw(other.service("s", List.of("c/#", "t/#"), List.of()))) {
      pump.connect5("pump-14");
      pump.send(RawClient.subscribe(5, 1, 0, "c/pump-14/#"));
      assertThat(pump.next()).startsWith("90");
      Subject subject = Subject.device("pump-14");
      other.trust.trust(subject, List.of("t/pump-14/#"), List.of());
      assertThat(other.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);
      sender.connect5("s");
      sender.send(RawClient.publish(5, 1, 1, "c/pump-14/x", "", "withheld"));
      assertThat(sender.next()).startsWith("40");
      pump.ping();
      assertThat(other.trust.statedSoFar()).isEmpty();
      pump.send(RawClient.publish(5, 1, 1, "other/x", "", "no"));
      assertThat(pump.next()).endsWith("87");
      assertThat(other.trust.nextEvidence().claims())
          .isEqualTo(Map.of("refused.packets", new ClaimValue.Count(1)));
    }
  }

  @Test
  void G4_a_refused_publish_in_311_closes_the_connection_where_that_is_chosen() {
    Limits strict = Limits.defaults().withWhenRefused(Limits.WhenRefused.CLOSE);
    try (House other = new House(broker.upstream(), strict);
        RawClient pump = other.raw(other.device("pump-3"))) {
      pump.connect311("pump-3").send(RawClient.publish(4, 1, 7, "other/x", "", "no"));
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G4_a_response_topic_must_be_one_that_its_sender_may_receive() {
    try (RawClient pump = house.raw(house.device("pump-4"))) {
      pump.connect5("pump-4");
      String mine = "08" + "000a" + RawClient.hex("c/pump-4/r");
      String others = "08" + "000a" + RawClient.hex("c/pump-5/r");
      pump.send(RawClient.publish(5, 1, 1, "t/pump-4/q", others, "?"));
      assertThat(pump.next()).isEqualTo("4003000187");
      pump.send(RawClient.publish(5, 1, 2, "t/pump-4/q", mine, "?"));
      assertThat(pump.next()).startsWith("40").contains("0002").doesNotContain("87");
    }
  }

  @Test
  void G4_a_subscription_identifier_in_a_clients_publish_is_a_protocol_error() {
    try (RawClient pump = house.raw(house.device("pump-6"))) {
      pump.connect5("pump-6").send(RawClient.publish(5, 1, 1, "t/pump-6/q", "0b01", "?"));
      assertThat(pump.next()).startsWith("e0").contains("82");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G2_topic_aliases_end_at_the_gateway() {
    try (RawClient ear = listener(5);
        RawClient pump = house.raw(house.device("pump-7"))) {
      pump.connect5("pump-7", "22000a");
      pump.send(RawClient.publish(5, 1, 1, "t/pump-7/a", "230001", "one"));
      assertThat(pump.next()).startsWith("40");
      pump.send(RawClient.publish(5, 1, 2, "", "230001", "two"));
      assertThat(pump.next()).startsWith("40");
      String topic = "000a" + RawClient.hex("t/pump-7/a") + "00";
      assertThat(ear.next()).endsWith(topic + RawClient.hex("one"));
      assertThat(ear.next()).endsWith(topic + RawClient.hex("two"));
      pump.send(RawClient.publish(5, 1, 3, "", "230002", "never set"));
      assertThat(pump.next()).startsWith("e0").contains("82");
    }
  }

  @Test
  void G2_an_alias_does_not_carry_a_message_past_the_rights() {
    try (RawClient pump = house.raw(house.device("pump-8"))) {
      pump.connect5("pump-8");
      pump.send(RawClient.publish(5, 1, 1, "other/x", "230001", "no"));
      assertThat(pump.next()).isEqualTo("4003000187");
      pump.send(RawClient.publish(5, 1, 2, "", "230001", "no"));
      assertThat(pump.next()).isEqualTo("4003000287");
      pump.send(RawClient.publish(5, 1, 3, "t/pump-8/x", "230063", "beyond the maximum"));
      assertThat(pump.next()).startsWith("e0").contains("94");
    }
  }

  @Test
  void G3_only_granted_filters_go_upstream_and_the_suback_is_rebuilt_in_order() {
    try (RawClient pump = house.raw(house.device("pump-9"))) {
      pump.connect5("pump-9");
      pump.send(
          RawClient.subscribe(
              5, 3, 1, "t/#", "c/pump-9/#", "c/+/x", "c/pump-9/x", "$SYS/#", "c/pump-90/#"));
      assertThat(pump.next()).isEqualTo("9009000300" + "870187018787");
    }
    try (RawClient pump = house.raw(house.device("pump-9"))) {
      pump.connect311("pump-9");
      pump.send(RawClient.subscribe(4, 3, 1, "t/#", "c/pump-9/#", "#"));
      assertThat(pump.next()).isEqualTo("90050003" + "800180");
      pump.send(RawClient.subscribe(4, 4, 1, "t/#", "$SYS/x"));
      assertThat(pump.next()).isEqualTo("90040004" + "8080");
    }
  }

  @Test
  void G3_a_shared_filter_is_checked_by_what_it_matches() {
    try (RawClient pump = house.raw(house.device("pump-10"))) {
      pump.connect5("pump-10");
      pump.send(
          RawClient.subscribe(
              5, 3, 1, "$share/g/c/pump-10/#", "$share/g/t/#", "$share/g/$SYS/#", "$share//c/x"));
      assertThat(pump.next()).isEqualTo("9007000300" + "0187878f");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"$SYS/x", "$share/g/t", "$x"})
  void G4_nobody_publishes_to_the_brokers_own_topics(String topic) {
    TestPki.Holder all = house.service("all", List.of("#", "$SYS/#", "$x", "$share/#"), List.of());
    try (RawClient client = house.raw(all)) {
      client.connect5("all").send(RawClient.publish(5, 1, 1, topic, "", "no"));
      assertThat(client.next()).isEqualTo("4003000187");
    }
  }

  @Test
  void the_end_of_a_grant_counts_what_was_used_of_it() {
    try (RawClient pump = house.raw(house.device("pump-11"))) {
      pump.connect5("pump-11");
      pump.send(RawClient.publish(5, 0, 0, "t/pump-11/a", "", "1"));
      pump.send(RawClient.publish(5, 0, 0, "t/pump-11/a", "", "2"));
      pump.send(RawClient.publish(5, 0, 0, "other", "", "3"));
      pump.ping().send("e000");
    }
    GrantEnd end = house.trust.nextEnd();
    assertThat(end.cause()).isEqualTo(GrantEnd.Cause.LEFT);
    assertThat(end.published()).isEqualTo(2);
    assertThat(end.refused()).isEqualTo(1);
  }

  @Test
  void a_service_and_a_device_of_one_name_do_not_meet_at_the_broker() {
    TestPki.Holder device = house.device("twin");
    TestPki.Holder service = house.service("twin", List.of(), List.of("t/#"));
    try (RawClient one = house.raw(device);
        RawClient two = house.raw(service)) {
      one.connect5("twin");
      two.connect5("twin");
      one.ping();
      two.ping();
    }
  }

  @Test
  void a_session_holds_so_many_filters_and_no_more() {
    try (RawClient pump = house.raw(house.device("pump-12"))) {
      pump.connect5("pump-12");
      String[] filters = new String[101];
      for (int i = 0; i < filters.length; i++) {
        filters[i] = "c/pump-12/" + i;
      }
      pump.send(RawClient.subscribe(5, 3, 0, filters));
      assertThat(pump.next()).endsWith("00" + "97");
    }
  }

  @Test
  void a_device_that_publishes_too_fast_is_slowed_and_loses_nothing() {
    Limits slow = Limits.defaults().withPublishesPerSecond(100);
    try (House other = new House(broker.upstream(), slow);
        RawClient pump = other.raw(other.device("pump-13"))) {
      pump.connect5("pump-13");
      long start = System.nanoTime();
      for (int i = 0; i < 150; i++) {
        pump.send(RawClient.publish(5, 0, 0, "t/pump-13/x", "", "x"));
      }
      pump.ping().send("e000");
      assertThat(System.nanoTime() - start).isGreaterThan(400_000_000L);
      assertThat(other.trust.nextEnd().published()).isEqualTo(150);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, 3600, 81, a QoS of 3",
    "5, 320400026161, 81, a topic longer than the packet",
    "5, 3003000000, 82, no topic and no alias",
    "5, 30050002612b00, 90, a wildcard in a topic",
    "5, 30050002c08000, 81, overlong UTF-8",
    "5, 3005000200 6100, 81, a NUL in a topic",
    "5, 3206000161000000, 82, packet identifier 0",
    "5, 3807000161000100 00, 81, a duplicate at QoS 0",
    "5, 8205000100 0000, 81, a SUBSCRIBE that ends in its filter",
    "5, 800700010000016100, 81, wrong flags",
    "5, 82070001000001 6103, 81, an option of QoS 3",
    "5, c00100, 81, a PINGREQ with a body",
    "5, 2003000000, 82, a CONNACK from a client",
    "5, 30ffffffff01, 81, a length of five bytes",
    "5, 30808000, 81, a length in more bytes than it needs",
    "5, 300a000161052600016100 0161, 81, a property that ends in its value",
    "5, 00 00, 81, packet type 0",
    "5, 30ffffff7f, 95, a packet that is too large"
  })
  void malformed_packets_are_named_and_closed(int level, String hex, String code, String what) {
    try (RawClient pump = house.raw(house.device("pump-14"))) {
      pump.send(RawClient.connect(level, 2, 60, "pump-14", "", ""));
      pump.expectAccepted();
      pump.trySend(java.util.HexFormat.of().parseHex(hex.replace(" ", "")));
      String answer = pump.next();
      assertThat(answer).as(what).startsWith("e0");
      assertThat(answer.substring(answer.length() > 256 ? 6 : 4, 6)).as(what).isEqualTo(code);
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
    }
    assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.LEFT);
  }

  @Test
  void malformed_packets_of_311_just_close() {
    try (RawClient pump = house.raw(house.device("pump-15"))) {
      pump.connect311("pump-15").send("c00100");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void rights_that_change_hold_from_the_next_packet_on() {
    Subject subject = Subject.device("pump-16");
    try (RawClient pump = house.raw(house.device("pump-16"))) {
      pump.connect5("pump-16");
      house.trust.trust(subject, List.of("t/pump-16/only"), List.of());
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);
      pump.send(RawClient.publish(5, 1, 1, "t/pump-16/x", "", "no"));
      assertThat(pump.next()).isEqualTo("4003000187");
      pump.send(RawClient.publish(5, 1, 2, "t/pump-16/only", "", "yes"));
      assertThat(pump.next()).startsWith("40").contains("0002").doesNotContain("87");
    }
  }
}

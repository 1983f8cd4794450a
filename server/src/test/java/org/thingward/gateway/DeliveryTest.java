package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

class DeliveryTest extends OverMosquitto {
  private RawClient speaker() {
    RawClient speaker = house.raw(house.service("speaker", List.of("#"), List.of()));
    return speaker.connect5("speaker");
  }

  private static void say(RawClient speaker, int qos, String topic, String text) {
    speaker.send(RawClient.publish(5, qos, 9, topic, "", text));
    if (qos > 0) {
      assertThat(speaker.next()).startsWith(qos == 1 ? "40" : "50");
    }
    if (qos == 2) {
      speaker.send("62020009");
      assertThat(speaker.next()).startsWith("70");
    }
    speaker.ping();
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "4, 1", "4, 2", "5, 0", "5, 1", "5, 2"})
  void G5_a_delivery_is_withheld_and_completed_once_the_right_to_it_is_gone(int level, int qos) {
    Subject subject = Subject.device("valve-1");
    try (RawClient speaker = speaker();
        RawClient valve = house.raw(house.device("valve-1"))) {
      valve.send(RawClient.connect(level, 2, 60, "valve-1", "", ""));
      valve.expectAccepted();
      valve.send(RawClient.subscribe(level, 1, qos, "c/valve-1/#"));
      assertThat(valve.next()).startsWith("90");
      house.trust.trust(subject, List.of(), List.of("c/valve-1/ok"));
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);

      say(speaker, qos, "c/valve-1/secret", "withheld");
      say(speaker, 0, "c/valve-1/ok", "heard");

      assertThat(valve.next()).contains(RawClient.hex("c/valve-1/ok"));
      valve.ping().send("e000");
      GrantEnd end = house.trust.nextEnd();
      assertThat(end.received()).isEqualTo(1);
      assertThat(end.refused()).isEqualTo(1);
    }
  }

  @Test
  void G5_a_withheld_message_is_not_delivered_again() {
    Subject subject = Subject.device("valve-2");
    TestPki.Holder holder = house.device("valve-2");
    try (RawClient speaker = speaker()) {
      try (RawClient valve = house.raw(holder)) {
        valve.send(RawClient.connect(4, 0, 60, "valve-2", "", ""));
        valve.expectAccepted();
        valve.send(RawClient.subscribe(4, 1, 1, "c/valve-2/#"));
        assertThat(valve.next()).startsWith("90");
        house.trust.trust(subject, List.of(), List.of());
        house.trust.nextEnd();
        say(speaker, 1, "c/valve-2/x", "withheld");
        valve.ping().send("e000");
        assertThat(house.trust.nextEnd().refused()).isEqualTo(1);
      }
      house.trust.trust(subject, List.of(), List.of("c/valve-2/#"));
      try (RawClient valve = house.raw(holder)) {
        valve.send(RawClient.connect(4, 0, 60, "valve-2", "", ""));
        valve.expectAccepted();
        valve.ping();
      }
    }
  }

  @Test
  void G5_a_persistent_session_does_not_smuggle_rights_past_a_reconnect() {
    Subject subject = Subject.device("valve-3");
    TestPki.Holder holder = house.device("valve-3");
    try (RawClient speaker = speaker()) {
      try (RawClient valve = house.raw(holder)) {
        valve.send(RawClient.connect(4, 0, 60, "valve-3", "", ""));
        valve.expectAccepted();
        valve.send(RawClient.subscribe(4, 1, 1, "c/valve-3/#"));
        assertThat(valve.next()).startsWith("90");
        valve.send("e000");
        house.trust.nextEnd();
      }
      say(speaker, 1, "c/valve-3/x", "while it was away");
      house.trust.trust(subject, List.of(), List.of("c/valve-3/ok"));
      try (RawClient valve = house.raw(holder)) {
        valve.send(RawClient.connect(4, 0, 60, "valve-3", "", ""));
        assertThat(valve.next()).isEqualTo("20020100");
        valve.ping();
      }
    }
  }

  @Test
  void G5_under_a_share_the_session_of_one_who_may_not_receive_ends_and_the_others_go_on() {
    Subject first = Subject.service("worker-1");
    TestPki.Holder one = house.service("worker-1", List.of(), List.of("jobs/#"));
    TestPki.Holder two = house.service("worker-2", List.of(), List.of("jobs/#"));
    try (RawClient speaker = speaker();
        RawClient left = house.raw(one);
        RawClient right = house.raw(two)) {
      left.send(RawClient.connect(5, 2, 60, "worker-1", "11" + "00000e10", ""));
      left.expectAccepted();
      left.send(RawClient.subscribe(5, 1, 1, "$share/g/jobs/#"));
      assertThat(left.next()).startsWith("90");
      house.trust.trust(first, List.of(), List.of("nothing"));
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);
      say(speaker, 1, "jobs/1", "job");
      assertThat(left.next()).startsWith("e0").contains("87");

      right.connect5("worker-2").send(RawClient.subscribe(5, 1, 1, "$share/g/jobs/#"));
      assertThat(right.next()).startsWith("90");
      say(speaker, 1, "jobs/2", "next");
      assertThat(right.next()).contains(RawClient.hex("jobs/"));
    }
  }
}

package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

class GrantLifeTest extends OverMosquitto {
  @Test
  void a_device_that_falls_is_cut_mid_session_within_milliseconds() {
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String name = "pump-" + i;
      try (RawClient pump = house.raw(house.device(name))) {
        pump.connect5(name).ping();
        long start = System.nanoTime();
        house.trust.distrust(Subject.device(name));
        assertThat(pump.next()).startsWith("e0").contains("87");
        micros.add((System.nanoTime() - start) / 1_000);
        assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
        assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.CUT);
      }
    }
    Collections.sort(micros);
    assertThat(micros.get(25)).as("median, µs, over the wire").isLessThan(20_000);
  }

  @Test
  void a_device_that_falls_while_it_is_being_admitted_does_not_slip_through() {
    Subject subject = Subject.device("late");
    TestPki.Holder holder = house.device("late");
    house.trust.beforeAnswering(() -> house.trust.distrust(subject));
    try (RawClient client = house.raw(holder)) {
      client.send(RawClient.connect(4, 2, 60, "late", "", ""));
      String first = client.next();
      assertThat(first).isIn("20020000", "20020005", RawClient.CLOSED);
      if (first.equals("20020000")) {
        assertThat(client.next()).isEqualTo(RawClient.CLOSED);
      }
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.CUT);
    }
  }

  @Test
  void G10_a_grant_ends_by_itself_and_a_new_one_is_asked_for() {
    Subject subject = Subject.device("pump-a");
    TestPki.Holder holder = house.device("pump-a");
    house.trust.limit(subject, Duration.ofMillis(300));
    try (RawClient pump = house.raw(holder)) {
      pump.connect5("pump-a").ping();
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.EXPIRED);
      pump.ping();
      house.trust.distrustSilently(subject);
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.EXPIRED);
      assertThat(pump.next()).startsWith("e0").contains("87");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G10_a_device_that_stays_trusted_notices_nothing_of_a_new_grant() {
    try (RawClient pump = house.raw(house.device("pump-b"))) {
      pump.connect5("pump-b").ping();
      for (int i = 1; i <= 20; i++) {
        house.device("pump-b");
        pump.send(RawClient.publish(5, 1, i, "t/pump-b/x", "", "x"));
        assertThat(pump.next()).startsWith("40");
      }
    }
  }

  @Test
  void G10_a_live_session_ends_with_its_certificate() {
    Subject subject = Subject.device("pump-d");
    house.device("pump-d");
    TestPki.Holder shortLived = house.pki.client(subject, Duration.ofSeconds(2));
    try (RawClient pump = house.raw(shortLived)) {
      pump.connect5("pump-d").ping();
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.EXPIRED);
      assertThat(pump.next()).startsWith("e0").contains("87");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
      assertThat(shortLived.certificate().getNotAfter()).isBeforeOrEqualTo(new Date());
    }
  }

  @Test
  void the_broker_that_dies_ends_its_sessions_in_order(
      @org.junit.jupiter.api.io.TempDir java.nio.file.Path own) {
    try (Mosquitto mortal = Mosquitto.start(own);
        House other = new House(mortal.upstream());
        RawClient pump = other.raw(other.device("pump-c"))) {
      pump.connect5("pump-c").ping();
      mortal.kill();
      assertThat(pump.next()).startsWith("e0").contains("88");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
      assertThat(other.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.LEFT);
    }
  }
}

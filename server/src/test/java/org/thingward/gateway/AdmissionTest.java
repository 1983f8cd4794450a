package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

class AdmissionTest extends OverMosquitto {
  @Test
  void G1_a_trusted_device_is_admitted_in_both_versions() {
    TestPki.Holder pump = house.device("pump-1");
    try (RawClient client = house.raw(pump)) {
      client.connect5("pump-1").ping();
    }
    try (RawClient client = house.raw(pump)) {
      client.connect311("pump-1").ping();
    }
  }

  @Test
  void G1_a_distrusted_device_is_told_why_in_5_and_refused_in_311() {
    TestPki.Holder pump = house.pki.client(Subject.device("pump-2"));
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(5, 2, 60, "pump-2", "", ""));
      String connack = client.next();
      assertThat(connack).startsWith("20").contains("0087");
      assertThat(connack).contains(RawClient.hex("the test distrusts it"));
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(4, 2, 60, "pump-2", "", ""));
      assertThat(client.next()).isEqualTo("20020005");
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G1_another_devices_client_id_is_refused() {
    TestPki.Holder pump = house.device("pump-3");
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(5, 2, 60, "pump-4", "", ""));
      assertThat(client.next()).startsWith("20").contains("0085");
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(4, 2, 60, "pump-4", "", ""));
      assertThat(client.next()).isEqualTo("20020002");
    }
    assertThat(house.trust.nextRefusal())
        .isEqualTo("device:pump-3: The client identifier must be the name in the certificate.");
    assertThat(house.trust.decisions()).isZero();
  }

  @Test
  void G1_an_empty_client_id_is_assigned_in_5_and_refused_in_311() {
    TestPki.Holder pump = house.device("pump-5");
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(5, 2, 60, "", "", ""));
      String connack = client.next();
      assertThat(connack).startsWith("20").contains("12" + "0006" + RawClient.hex("pump-5"));
    }
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(4, 2, 60, "", "", ""));
      assertThat(client.next()).isEqualTo("20020002");
    }
  }

  @Test
  void G1_enhanced_authentication_is_refused() {
    TestPki.Holder pump = house.device("pump-6");
    try (RawClient client = house.raw(pump)) {
      client.send(
          RawClient.connect(5, 2, 60, "pump-6", "15" + "0005" + RawClient.hex("SCRAM"), ""));
      assertThat(client.next()).startsWith("20").contains("008c");
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
    try (RawClient client = house.raw(pump)) {
      client.connect5("pump-6").send("f000");
      assertThat(client.next()).startsWith("e0").contains("82");
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G1_the_bridge_bit_and_other_levels_are_refused() {
    TestPki.Holder pump = house.device("pump-7");
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(0x84, 2, 60, "pump-7", "", ""));
      assertThat(client.next()).isEqualTo("20020001");
    }
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(3, 2, 60, "pump-7", "", ""));
      assertThat(client.next()).isEqualTo("20020001");
    }
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(6, 2, 60, "pump-7", "", ""));
      assertThat(client.next()).startsWith("20").contains("0084");
    }
  }

  @Test
  void G1_nothing_but_a_connect_is_taken_first() {
    try (RawClient client = house.raw(house.device("pump-8"))) {
      client.send("c000");
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G2_user_name_and_password_of_the_device_are_not_needed_and_do_no_harm() {
    try (RawClient client = house.raw(house.device("pump-9"))) {
      client.send(RawClient.connect(4, 0xC2, 60, "pump-9", "", "0001" + "61" + "0001" + "62"));
      client.expectAccepted();
    }
  }

  @Test
  void G9_session_expiry_is_capped_and_the_device_is_told() {
    try (RawClient client = house.raw(house.device("pump-10"))) {
      client.send(RawClient.connect(5, 2, 60, "pump-10", "11" + "ffffffff", ""));
      assertThat(client.next()).startsWith("20").contains("11" + "00093a80");
    }
  }

  @Test
  void G11_a_connect_over_8_KiB_is_refused() {
    try (RawClient client = house.raw(house.device("pump-11"))) {
      client.trySend(RawClient.connect(4, 0xC2, 60, "pump-11", "", "2400" + "61".repeat(0x2400)));
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G11_a_connection_that_says_nothing_is_closed() {
    Limits hasty = Limits.defaults().withConnectWithin(java.time.Duration.ofMillis(200));
    try (House strict = new House(broker.upstream(), hasty);
        RawClient client = strict.raw(strict.device("pump-12"))) {
      client.send("10");
      assertThat(client.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void a_device_is_refused_in_order_while_the_broker_is_down() {
    Upstream nowhere =
        new Upstream("127.0.0.1", 1, false, java.util.Optional.empty(), java.util.Optional.empty());
    try (House lonely = new House(nowhere);
        RawClient client = lonely.raw(lonely.device("pump-13"))) {
      client.send(RawClient.connect(4, 2, 60, "pump-13", "", ""));
      assertThat(client.next()).isEqualTo("20020003");
      assertThat(lonely.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.LEFT);
    }
  }

  @Test
  void a_decision_point_that_fails_means_no() {
    TestPki.Holder pump = house.device("pump-14");
    house.trust.decisionsFail = true;
    try (RawClient client = house.raw(pump)) {
      client.send(RawClient.connect(4, 2, 60, "pump-14", "", ""));
      assertThat(client.next()).isEqualTo("20020005");
    }
  }

  @Test
  void the_gateway_ends_sessions_in_order_when_it_stops() {
    try (RawClient client = house.raw(house.device("pump-15"))) {
      client.connect5("pump-15");
      house.gateway.close();
      assertThat(client.next()).startsWith("e0").contains("8b");
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.STOPPED);
    }
  }
}

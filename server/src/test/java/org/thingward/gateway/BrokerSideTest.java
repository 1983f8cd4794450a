package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/** What the broker gets to see, byte for byte: the test is the broker. */
class BrokerSideTest {
  private static final String OWN = RawClient.text("gateway") + RawClient.text("own secret");

  private ServerSocket listener;
  private House house;

  @BeforeEach
  void open() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(10_000);
    Upstream.Credential own = new Upstream.Credential("gateway", "own secret");
    house = new House(Upstream.local(listener.getLocalPort(), own));
  }

  @AfterEach
  void close() throws IOException {
    house.close();
    listener.close();
  }

  @Test
  void G1_nothing_reaches_the_broker_before_the_connect_decision() throws IOException {
    AtomicInteger answered = new AtomicInteger();
    house.trust.beforeAnswering(() -> {
      expectNobody();
      answered.incrementAndGet();
    });
    try (RawClient denied = house.raw(house.pki.client(Subject.device("stranger")))) {
      denied.send(RawClient.connect(5, 2, 60, "stranger", "", ""));
      assertThat(denied.next()).startsWith("20").contains("0087");
    }
    expectNobody();
    assertThat(answered).hasValue(1);
  }

  @Test
  void G2_user_name_and_password_of_the_device_are_never_forwarded() {
    TestPki.Holder pump = house.device("pump");
    try (RawClient client = house.raw(pump)) {
      String thing = RawClient.text("admin") + RawClient.text("guess");
      client.send(RawClient.connect(4, 0xC2, 60, "pump", "", thing));
      try (RawClient broker = RawClient.accept(listener)) {
        assertThat(broker.next()).isEqualTo(hex(RawClient.connect(4, 0xC2, 60, "pump", "", OWN)));
      }
    }
  }

  @Test
  void G2_a_connect_passes_but_for_what_is_listed() {
    String kept = "210010" + "26" + RawClient.text("a") + RawClient.text("b");
    String will = "00" + RawClient.text("t/pump/will") + RawClient.text("gone");
    try (RawClient client = house.raw(house.device("pump"))) {
      String own = "11ffffffff" + "22000a" + kept;
      client.send(RawClient.connect(5, 0x2E, 60, "pump", own, will));
      try (RawClient broker = RawClient.accept(listener)) {
        String capped = "1100093a80" + kept;
        assertThat(broker.next())
            .isEqualTo(hex(RawClient.connect(5, 0xEE, 60, "pump", capped, will + OWN)));
      }
    }
  }

  @Test
  void G2_messages_pass_both_ways_byte_for_byte() {
    try (RawClient client = house.raw(house.device("pump"));
        RawClient broker = join(client, "pump")) {
      String properties = "0101" + "03" + RawClient.text("text/plain") + "26000161000162";
      byte[] up = RawClient.publish(5, 1, 7, "t/pump/x", properties, "payload");
      client.send(up);
      assertThat(broker.next()).isEqualTo(hex(up));
      subscribe(client, broker, "c/pump/#");
      byte[] down = RawClient.publish(5, 2, 9, "c/pump/x", properties + "0b05", "payload");
      broker.send(down);
      assertThat(client.next()).isEqualTo(hex(down));
    }
  }

  @Test
  void G2_response_information_and_server_reference_are_stripped() {
    try (RawClient client = house.raw(house.device("pump"))) {
      client.send(RawClient.connect(5, 2, 60, "pump", "", ""));
      try (RawClient broker = RawClient.accept(listener)) {
        broker.next();
        String stripped = "1a" + RawClient.text("inform") + "1c" + RawClient.text("elsewhere");
        broker.send("201b" + "0000" + "18" + stripped + "210014");
        String connack = client.next();
        assertThat(connack)
            .startsWith("20")
            .contains("210014")
            .doesNotContain(RawClient.hex("inform"), RawClient.hex("elsewhere"));
        broker.send("e00e" + "9c" + "0c" + "1c" + RawClient.text("elsewhere"));
        assertThat(client.next()).startsWith("e0").contains("9c").doesNotContain("656c7365");
      }
    }
  }

  @Test
  void G3_if_no_filter_is_granted_none_is_sent() {
    try (RawClient client = house.raw(house.device("pump"));
        RawClient broker = join(client, "pump")) {
      client.send(RawClient.subscribe(5, 3, 1, "t/#", "c/other/#"));
      assertThat(client.next()).isEqualTo("9005000300" + "8787");
      client.send("c000");
      assertThat(broker.next()).isEqualTo("c000");
    }
  }

  @Test
  void G5_a_withheld_delivery_is_completed_towards_the_broker() {
    try (RawClient client = house.raw(house.device("pump"));
        RawClient broker = join(client, "pump")) {
      subscribe(client, broker, "c/pump/#");
      house.trust.trust(Subject.device("pump"), List.of(), List.of());
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);
      broker.send(RawClient.publish(5, 1, 9, "c/pump/x", "", "no"));
      assertThat(broker.next()).startsWith("40").contains("0009");
      broker.send(RawClient.publish(5, 2, 10, "c/pump/x", "", "no"));
      assertThat(broker.next()).startsWith("50").contains("000a");
      broker.send("6202000a");
      assertThat(broker.next()).startsWith("70").contains("000a");
    }
  }

  @Test
  void G5_under_a_share_the_session_ends_unacknowledged_so_that_another_gets_the_message() {
    try (RawClient client = house.raw(house.device("pump"));
        RawClient broker = join(client, "pump")) {
      subscribe(client, broker, "$share/g/c/pump/#");
      house.trust.trust(Subject.device("pump"), List.of(), List.of());
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);
      broker.send(RawClient.publish(5, 1, 9, "c/pump/x", "", "no"));
      assertThat(broker.next())
          .as("a session that ends for good")
          .isEqualTo("e007" + "04" + "05" + "1100000000");
      assertThat(broker.next()).isEqualTo(RawClient.CLOSED);
      assertThat(client.next()).startsWith("e0").contains("87");
    }
  }

  @Test
  void G6_a_cut_withdraws_the_will_before_the_connection_closes() {
    try (RawClient client = house.raw(house.device("pump"));
        RawClient broker = join(client, "pump")) {
      house.trust.distrust(Subject.device("pump"));
      assertThat(broker.next()).isIn("e000", "e00100");
      assertThat(broker.next()).isEqualTo(RawClient.CLOSED);
      assertThat(client.next()).startsWith("e0").contains("87");
    }
  }

  @Test
  void G6_a_device_that_is_lost_while_it_falls_leaves_no_will() {
    try (RawClient client = house.raw(house.device("pump"));
        RawClient broker = join(client, "pump")) {
      CompletableFuture<String> heard = new CompletableFuture<>();
      house.trust.beforeAnswering(() -> {
        client.close();
        heard.complete(broker.next());
      });
      house.trust.distrust(Subject.device("pump"));
      assertThat(heard.join()).isIn("e000", "e00100");
    }
  }

  /** Lets a device in. */
  private RawClient join(RawClient client, String name) {
    client.send(RawClient.connect(5, 2, 60, name, "", ""));
    RawClient broker = RawClient.accept(listener);
    assertThat(broker.next()).startsWith("10");
    broker.send("2003000000");
    client.expectAccepted();
    return broker;
  }

  private static void subscribe(RawClient client, RawClient broker, String filter) {
    byte[] subscribe = RawClient.subscribe(5, 1, 2, filter);
    client.send(subscribe);
    assertThat(broker.next()).isEqualTo(hex(subscribe));
    broker.send("900400010002");
    assertThat(client.next()).startsWith("90");
  }

  /** That no connection waits to be accepted. */
  private void expectNobody() {
    try {
      listener.setSoTimeout(100);
      listener.accept().close();
      throw new AssertionError("someone came to the broker");
    } catch (java.net.SocketTimeoutException nobody) {
      // As it must be.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}

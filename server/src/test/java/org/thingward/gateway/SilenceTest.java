package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/** Nothing is heard any more of a device that is contraindicated, whoever says it. */
class SilenceTest extends OverMosquitto {
  private static final Subject PUMP = Subject.device("pump-1");

  @Override
  @BeforeEach
  void open() {
    house = House.thatSilences(broker.upstream());
  }

  private RawClient ear(int level, int qos, String filter) {
    RawClient ear = house.raw(house.service("ear", List.of("mark"), List.of("#")));
    ear.send(RawClient.connect(level, 2, 60, "ear", "", ""));
    ear.expectAccepted();
    ear.send(RawClient.subscribe(level, 1, qos, filter));
    assertThat(ear.next()).startsWith("90");
    return ear;
  }

  /** A back end that may publish anything, and does not know whom not to speak for. */
  private RawClient forwarder() {
    return house.raw(house.service("forwarder", List.of("#"), List.of())).connect5("forwarder");
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "4, 1", "4, 2", "5, 0", "5, 1", "5, 2"})
  void G7_what_names_a_contraindicated_device_is_withheld_and_completed(int level, int qos) {
    TestPki.Holder unused = house.device("pump-1");
    try (RawClient ear = ear(level, qos, "#");
        RawClient forwarder = forwarder()) {
      house.trust.distrust(PUMP);
      forwarder.send(RawClient.publish(5, 0, 0, "t/pump-1/telemetry", "", "withheld"));
      forwarder.send(RawClient.publish(5, 0, 0, "t/pump-10/telemetry", "", "heard"));
      assertThat(ear.next()).contains(RawClient.hex("t/pump-10/telemetry"));

      house.trust.trust(PUMP, List.of("t/pump-1/#"), List.of());
      forwarder.send(RawClient.publish(5, 0, 0, "t/pump-1/telemetry", "", "heard again"));
      assertThat(ear.next()).contains(RawClient.hex("t/pump-1/telemetry"));
    }
  }

  @Test
  void G7_a_member_of_a_share_keeps_its_session_when_a_silenced_message_is_withheld() {
    TestPki.Holder unused = house.device("pump-1");
    try (RawClient ear = ear(5, 1, "$share/readers/t/#");
        RawClient forwarder = forwarder()) {
      house.trust.distrust(PUMP);
      forwarder.send(RawClient.publish(5, 1, 9, "t/pump-1/telemetry", "", "withheld"));
      assertThat(forwarder.next()).startsWith("40");
      forwarder.send(RawClient.publish(5, 0, 0, "t/pump-2/telemetry", "", "heard"));
      assertThat(ear.next()).contains(RawClient.hex("t/pump-2/telemetry"));
      ear.ping();
    }
  }

  @Test
  void G7_what_a_device_had_retained_is_cleared_at_the_broker_on_its_fall() throws Exception {
    try (RawClient pump = house.raw(house.device("pump-1")).connect5("pump-1");
        RawClient other = house.raw(house.device("pump-2")).connect5("pump-2")) {
      for (String topic : List.of("t/pump-1/a", "t/pump-1/b/c")) {
        pump.send(RawClient.publishRetained(5, 7, topic, "old"));
        assertThat(pump.next()).startsWith("40");
      }
      other.send(RawClient.publishRetained(5, 7, "t/pump-2/a", "stays"));
      assertThat(other.next()).startsWith("40");
      assertThat(retained("t/pump-1/#")).hasSize(2);

      house.trust.distrust(PUMP);
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.CUT);

      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      List<String> left = retained("t/pump-1/#");
      while (!left.isEmpty() && System.nanoTime() < end) {
        left = retained("t/pump-1/#");
      }
      assertThat(left).isEmpty();
      assertThat(retained("t/pump-2/#")).containsExactly("t/pump-2/a");
      // The broker is shared with the other tests.
      other.send(RawClient.publishRetained(5, 8, "t/pump-2/a", ""));
      assertThat(other.next()).startsWith("40");
    }
  }

  /** What the broker itself retains, asked past the gateway. */
  private static List<String> retained(String filter) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "mosquitto_sub",
                "-p",
                Integer.toString(broker.port()),
                "-t",
                filter,
                "-F",
                "%t",
                "--retained-only",
                "-W",
                "1")
            .start();
    List<String> topics = process.inputReader().lines().toList();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return topics;
  }
}

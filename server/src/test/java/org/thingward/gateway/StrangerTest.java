package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

/** What others do to a device, or in its name, is held against nobody (rule T2). */
class StrangerTest extends OverMosquitto {
  private static final Subject PUMP = Subject.device("pump");

  private RawClient pump;
  private int decisions;

  @BeforeEach
  void connect() {
    pump = house.raw(house.device("pump")).connect5("pump");
    pump.send(RawClient.subscribe(5, 1, 1, "c/pump/#"));
    assertThat(pump.next()).startsWith("90");
    decisions = house.trust.decisions();
  }

  @AfterEach
  void disconnect() {
    pump.close();
  }

  @Test
  void T2_failed_handshakes_are_no_evidence() throws IOException {
    TestPki.Holder forged = new TestPki().client(PUMP);
    for (int i = 0; i < 3; i++) {
      try (RawClient stranger = house.raw(forged)) {
        stranger.trySend(RawClient.connect(5, 2, 60, "pump", "", ""));
        assertThat(stranger.next()).isEqualTo(RawClient.CLOSED);
      }
      try (Socket noTls = new Socket("127.0.0.1", house.port)) {
        noTls.getOutputStream().write(RawClient.connect(5, 2, 60, "pump", "", ""));
        assertThat(noTls.getInputStream().readAllBytes()).isNotNull();
      }
    }
    expectNothingHeldAgainstIt();
    assertThat(house.trust.decisions()).isEqualTo(decisions);
  }

  @Test
  void T2_a_claimed_client_id_is_no_evidence() {
    TestPki.Holder other = house.device("other");
    for (int level : List.of(4, 5)) {
      try (RawClient liar = house.raw(other)) {
        liar.send(RawClient.connect(level, 2, 60, "pump", "", ""));
        assertThat(liar.next()).startsWith("20");
        assertThat(liar.next()).isEqualTo(RawClient.CLOSED);
      }
    }
    expectNothingHeldAgainstIt();
    assertThat(house.trust.decisions()).as("not even asked for").isEqualTo(decisions);
  }

  @Test
  void T2_messages_sent_to_a_device_are_no_evidence() {
    house.trust.trust(PUMP, List.of("t/pump/#"), List.of("c/pump/ok"));
    assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);
    try (RawClient sender = house.raw(house.service("sender", List.of("c/#"), List.of()))) {
      sender.connect5("sender");
      for (int i = 1; i <= 200; i++) {
        sender.send(RawClient.publish(5, 1, i, "c/pump/withheld", "", "x"));
        assertThat(sender.next()).startsWith("40");
      }
      sender.send(RawClient.publish(5, 1, 201, "c/pump/ok", "", "x"));
      assertThat(sender.next()).startsWith("40");
    }
    assertThat(pump.next()).contains(RawClient.hex("c/pump/ok"));
    assertThat(house.trust.nextEnd().grant().subject()).isEqualTo(Subject.service("sender"));
    expectNothingHeldAgainstIt();
  }

  private void expectNothingHeldAgainstIt() {
    pump.ping();
    assertThat(house.trust.statedSoFar()).isEmpty();
    assertThat(house.trust.endsSoFar()).isEmpty();
  }
}

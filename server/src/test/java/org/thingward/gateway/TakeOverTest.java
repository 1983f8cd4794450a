package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Subject;

class TakeOverTest extends OverMosquitto {
  /** What the old connection says before this is still part of its session. */
  private void awaitTakenOver() {
    assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.TAKEN_OVER);
  }

  @Test
  void G8_a_new_connection_takes_the_session_at_once() {
    TestPki.Holder holder = house.device("pump-1");
    try (RawClient old = house.raw(holder).connect5("pump-1");
        RawClient young = house.raw(holder).connect5("pump-1")) {
      awaitTakenOver();
      young.send(RawClient.publish(5, 1, 1, "t/pump-1/x", "", "yes"));
      assertThat(young.next()).startsWith("40");
      assertThat(house.trust.statedSoFar()).isEmpty();
    }
  }

  @Test
  void G8_one_byte_from_the_taken_over_connection_is_overlap_and_both_are_cut() {
    TestPki.Holder holder = house.device("pump-2");
    Subject subject = Subject.device("pump-2");
    try (RawClient old = house.raw(holder).connect5("pump-2");
        RawClient young = house.raw(holder).connect5("pump-2")) {
      young.ping();
      awaitTakenOver();
      old.send("c0");

      Evidence evidence = house.trust.nextEvidence();
      assertThat(evidence.subject()).isEqualTo(subject);
      assertThat(evidence.kind()).isEqualTo("identity.holder");
      assertThat(evidence.source()).isEqualTo("gateway");
      assertThat(evidence.assurance()).isEqualTo(AssuranceLevel.L3);
      assertThat(evidence.claims())
          .containsEntry("credential.holder", new ClaimValue.Word("shared"));
      assertThat(young.next()).startsWith("e0").contains("87");
      assertThat(young.next()).isEqualTo(RawClient.CLOSED);
      assertThat(old.next()).isEqualTo(RawClient.CLOSED);
    }
    assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.CUT);
  }

  @Test
  void G8_both_are_cut_even_if_the_overlap_cannot_be_stated() {
    TestPki.Holder holder = house.device("pump-3");
    house.trust.sinkFails = true;
    try (RawClient old = house.raw(holder).connect5("pump-3");
        RawClient young = house.raw(holder).connect5("pump-3")) {
      young.ping();
      awaitTakenOver();
      old.send("c000");
      assertThat(young.next()).startsWith("e0").contains("87");
      assertThat(old.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void G8_a_client_that_reconnects_after_its_connection_broke_is_no_clone() {
    TestPki.Holder holder = house.device("pump-4");
    RawClient old = house.raw(holder).connect5("pump-4");
    try (RawClient young = house.raw(holder).connect5("pump-4")) {
      young.ping();
      awaitTakenOver();
      // What a broken connection had not delivered yet arrives late, and with its end.
      old.send("c000");
      old.close();
      java.util.concurrent.locks.LockSupport.parkNanos(400_000_000L);
      young.ping();
      assertThat(house.trust.statedSoFar()).isEmpty();
    }
  }

  @Test
  void G8_a_renewed_certificate_of_the_same_device_is_no_clone() {
    TestPki.Holder parent = house.device("pump-5");
    TestPki.Holder child = house.pki.client(Subject.device("pump-5"));
    try (RawClient old = house.raw(parent).connect5("pump-5");
        RawClient young = house.raw(child).connect5("pump-5")) {
      assertThat(old.next()).startsWith("e0").contains("8e");
      assertThat(old.next()).isEqualTo(RawClient.CLOSED);
      young.ping();
      assertThat(house.trust.statedSoFar()).isEmpty();
    }
  }

  @Test
  void G8_the_session_at_the_broker_goes_on_with_the_new_connection() {
    TestPki.Holder holder = house.device("pump-6");
    try (RawClient old = house.raw(holder)) {
      old.send(RawClient.connect(4, 0, 60, "pump-6", "", ""));
      assertThat(old.next()).isEqualTo("20020000");
      old.send(RawClient.subscribe(4, 1, 1, "c/pump-6/#"));
      assertThat(old.next()).startsWith("90");
      try (RawClient young = house.raw(holder)) {
        young.send(RawClient.connect(4, 0, 60, "pump-6", "", ""));
        assertThat(young.next()).isEqualTo("20020100");
      }
    }
  }

  @Test
  void G8_a_device_that_leaves_many_connections_behind_has_few_of_them_watched() {
    TestPki.Holder holder = house.device("pump-7");
    List<RawClient> left = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      left.add(house.raw(holder).connect5("pump-7").ping());
    }
    assertThat(left.getFirst().next()).isEqualTo(RawClient.CLOSED);
    assertThat(house.trust.statedSoFar()).isEmpty();
    left.forEach(RawClient::close);
  }
}

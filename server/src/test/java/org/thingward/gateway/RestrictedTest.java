package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Policy;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.PolicyReader;

/** What a cut means on the wire for a product that must go on reporting, by a real policy (T9). */
class RestrictedTest extends OverMosquitto {
  private static final Subject PUMP = Subject.device("pump");
  private static final Policy POLICY =
      PolicyReader.read(
          (new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8)
                  + "products:\n  pump-3: {on-cut: {restrict: [\"t/{device}/alarm\"]}}\n")
              .getBytes(StandardCharsets.UTF_8));

  private final List<Evidence> evidence = new CopyOnWriteArrayList<>();
  private TestPki.Holder holder;

  @BeforeEach
  void admit() throws Exception {
    holder = house.pki.client(PUMP);
    Digest credential = Digest.of(holder.certificate().getEncoded());
    add(
        "identity.credential",
        "identity",
        "credential.accepted",
        new ClaimValue.Digests(new TreeSet<>(Set.of(credential))));
    add("identity.holder", "identity", "credential.holder", new ClaimValue.Word("sole"));
  }

  @Test
  void T9_a_live_session_is_restricted_to_the_topics_that_its_product_keeps() {
    add("inventory.record", "inventory", "device.product", product("pump-3"));
    house.trust.decideBy(PUMP, this::decide);
    try (RawClient pump = house.raw(holder).connect5("pump")) {
      pump.send(RawClient.subscribe(5, 1, 1, "c/pump/#"));
      assertThat(pump.next()).isEqualTo("9004000100" + "01");
      expectPublish(pump, "t/pump/telemetry", true);

      quarantine();
      assertThat(house.trust.nextEnd().cause()).isEqualTo(GrantEnd.Cause.REPLACED);
      expectPublish(pump, "t/pump/telemetry", false);
      expectPublish(pump, "t/pump/alarm", true);
      pump.send(RawClient.subscribe(5, 2, 1, "c/pump/x"));
      assertThat(pump.next()).isEqualTo("9004000200" + "87");
      expectNoCommand(pump);

      add("identity.holder", "gateway", "credential.holder", new ClaimValue.Word("shared"));
      house.trust.decideBy(PUMP, this::decide);
      assertThat(pump.next()).startsWith("e0").contains("87");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  @Test
  void T9_a_restricted_device_may_come_back_to_those_topics() {
    add("inventory.record", "inventory", "device.product", product("pump-3"));
    quarantine();
    try (RawClient pump = house.raw(holder).connect5("pump")) {
      expectPublish(pump, "t/pump/telemetry", false);
      expectPublish(pump, "t/pump/alarm", true);
    }
  }

  @Test
  void T9_a_product_that_declares_nothing_is_closed() {
    add("inventory.record", "inventory", "device.product", product("meter-2"));
    house.trust.decideBy(PUMP, this::decide);
    try (RawClient pump = house.raw(holder).connect5("pump").ping()) {
      quarantine();
      assertThat(pump.next()).startsWith("e0").contains("87");
      assertThat(pump.next()).isEqualTo(RawClient.CLOSED);
    }
  }

  private static void expectPublish(RawClient pump, String topic, boolean passes) {
    pump.send(RawClient.publish(5, 1, 7, topic, "", "x"));
    String answer = pump.next();
    assertThat(answer).as(topic).startsWith("40");
    assertThat(answer.endsWith("87")).as("%s: %s", topic, answer).isEqualTo(!passes);
  }

  private void expectNoCommand(RawClient pump) {
    try (RawClient sender = house.raw(house.service("sender", List.of("c/#"), List.of()))) {
      sender.connect5("sender").send(RawClient.publish(5, 1, 1, "c/pump/open", "", "x"));
      assertThat(sender.next()).startsWith("40");
    }
    pump.ping();
  }

  private void quarantine() {
    add("operator.order", "operator", "order", new ClaimValue.Word("quarantine"));
    house.trust.decideBy(PUMP, this::decide);
  }

  private static ClaimValue product(String name) {
    return new ClaimValue.Link(Subject.product(name));
  }

  private void add(String kind, String source, String claim, ClaimValue value) {
    evidence.add(
        new Evidence(
            PUMP,
            kind,
            source,
            AssuranceLevel.L3,
            new TreeMap<>(Map.of(claim, value)),
            Instant.now().minusMillis(1),
            Evidence.NO_END,
            Digest.of(kind.getBytes(StandardCharsets.UTF_8))));
  }

  private Decision decide(Request request) {
    Instant now = Instant.now();
    var posture = Appraisal.appraise(POLICY, ReferenceValues.NONE, PUMP, evidence, now);
    return Decider.decide(POLICY, posture, request, now);
  }
}

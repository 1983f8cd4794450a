package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeciderTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  private static final Subject PUMP = Subject.device("pump-7");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Digest OTHER = Digest.of(new byte[] {2});
  private static final Instant FAR = T0.plus(Duration.ofDays(7));

  private final Policy policy = PolicySamples.policy();
  private final List<Evidence> evidence = new ArrayList<>();

  @Test
  void G10_a_grant_ends_at_the_earliest_of_certificate_posture_and_the_policys_longest() {
    admit();
    Duration longest = policy.sessions().longest();
    assertThat(connect(CERTIFICATE, FAR).grant().orElseThrow().until()).isEqualTo(T0.plus(longest));
    Instant certificateEnd = T0.plusSeconds(40);
    assertThat(connect(CERTIFICATE, certificateEnd).grant().orElseThrow().until())
        .isEqualTo(certificateEnd);
    Posture posture = posture();
    Posture brief = posture.endingAt(T0.plusSeconds(30));
    assertThat(decide(brief, CERTIFICATE, certificateEnd, T0).grant().orElseThrow().until())
        .isEqualTo(T0.plusSeconds(30));
  }

  @Test
  void G10_nothing_is_granted_on_a_certificate_or_a_posture_that_has_ended() {
    admit();
    Decision late = decide(posture(), CERTIFICATE, T0.plusSeconds(5), T0.plusSeconds(5));
    assertThat(late.permits()).isFalse();
    assertThat(late.reasons().getFirst()).isEqualTo("the certificate has ended");
    Posture stale = posture().endingAt(T0.plusSeconds(5));
    assertThat(decide(stale, CERTIFICATE, FAR, T0.plusSeconds(4)).permits()).isTrue();
    Decision unknown = decide(stale, CERTIFICATE, FAR, T0.plusSeconds(5));
    assertThat(unknown.permits()).isFalse();
    assertThat(unknown.reasons().getFirst()).isEqualTo("the last appraisal no longer holds");
  }

  @Test
  void a_certificate_that_the_posture_does_not_name_opens_nothing() {
    admit();
    assertThat(connect(OTHER, FAR).permits()).isFalse();
    Posture ofAnother =
        Appraisal.appraise(policy, ReferenceValues.NONE, Subject.device("x"), List.of(), T0);
    Decision decision = decide(ofAnother, CERTIFICATE, FAR, T0);
    assertThat(decision.permits()).isFalse();
    assertThat(decision.reasons().getFirst()).contains("of another subject");
  }

  @Test
  void a_denial_says_the_worst_of_the_postures_reasons_too_if_it_has_any() {
    admit();
    order("quarantine");
    List<String> reasons = connect(CERTIFICATE, FAR).reasons();
    assertThat(reasons).hasSize(2);
    assertThat(reasons.getFirst()).isEqualTo("contraindicated may not connect");
    assertThat(reasons.getLast()).isEqualTo(posture().reasons().getFirst().text());
    Policy lax = PolicySamples.policy(Set.of());
    Posture unknown = Appraisal.appraise(lax, ReferenceValues.NONE, PUMP, List.of(), T0);
    assertThat(unknown.reasons()).isEmpty();
    Request request = new Request(RequestKind.CONNECT, PUMP, CERTIFICATE, FAR);
    assertThat(Decider.decide(lax, unknown, request, T0).reasons()).hasSize(1);
  }

  @Test
  void what_an_enforcement_point_refuses_is_told_apart_from_what_the_policy_denies() {
    admit();
    Request request = new Request(RequestKind.CONNECT, PUMP, CERTIFICATE, FAR);
    Decision refused = new Decider(policy, posture()).refuse(request, T0, "the clock is in doubt");
    assertThat(refused.permits()).isFalse();
    assertThat(refused.grant()).isEmpty();
    assertThat(Decider.reasonBeyondPolicy(refused)).contains("the clock is in doubt");
    assertThat(Decider.reasonBeyondPolicy(connect(OTHER, FAR))).isEmpty();
    assertThat(Decider.reasonBeyondPolicy(connect(CERTIFICATE, FAR))).isEmpty();
  }

  @Test
  void T8_a_decision_that_a_wave_holds_says_so_and_gives_what_there_would_be_without_it() {
    admit();
    Decision before = connect(CERTIFICATE, FAR);
    order("quarantine");
    Decision plain = connect(CERTIFICATE, FAR);
    Decision held = Decider.hold(plain, before, "wave 7, until noon");
    assertThat(held.permits()).isTrue();
    assertThat(held.grant()).isEqualTo(before.grant());
    assertThat(held.tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(held.reasons().getLast()).isEqualTo(plain.reasons().getFirst());
    assertThat(Decider.heldBy(held)).contains("wave 7, until noon");
    assertThat(Decider.heldBy(before)).isEmpty();
    assertThat(Decider.heldBy(plain)).isEmpty();
  }

  @Test
  void what_a_connect_would_be_given_is_what_it_is_given() {
    admit();
    product("pump-3");
    assertThat(new Decider(policy, posture()).rightsToConnect()).contains(rights());
    order("quarantine");
    assertThat(new Decider(policy, posture()).rightsToConnect()).contains(rights());
    product("meter-2");
    assertThat(new Decider(policy, posture()).rightsToConnect()).isEmpty();
  }

  @Test
  void a_service_has_the_rights_that_the_policy_names_and_no_other_subject_has_any() {
    assertThat(rightsOf(Subject.service("collector")).publish()).hasToString("[c/+/set]");
    assertThat(rightsOf(Subject.service("collector")).receive()).hasToString("[t/#]");
    assertThat(rightsOf(Subject.service("stranger"))).isEqualTo(Rights.NOTHING);
  }

  private Rights rightsOf(Subject subject) {
    List<Evidence> known =
        List.of(
            stated(
                subject,
                "identity.credential",
                "credential.accepted",
                new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE)))),
            stated(subject, "identity.holder", "credential.holder", new ClaimValue.Word("sole")));
    Posture posture = Appraisal.appraise(policy, ReferenceValues.NONE, subject, known, T0);
    Request request = new Request(RequestKind.CONNECT, subject, CERTIFICATE, FAR);
    return Decider.decide(policy, posture, request, T0).grant().orElseThrow().rights();
  }

  private static Evidence stated(Subject subject, String kind, String claim, ClaimValue value) {
    return new Evidence(
        subject,
        kind,
        "identity",
        AssuranceLevel.L3,
        new TreeMap<>(Map.of(claim, value)),
        T0.minusSeconds(1),
        Evidence.NO_END,
        Digest.of(kind.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void T9_a_product_that_must_report_is_restricted_and_not_closed() {
    admit();
    product("pump-3");
    assertThat(rights().publish()).hasToString("[t/pump-7/#]");
    order("quarantine");
    assertThat(rights().publish()).hasToString("[t/pump-7/alarm]");
    assertThat(rights().receive()).isEmpty();
  }

  @Test
  void T9_what_a_product_does_not_declare_is_closed() {
    admit();
    product("meter-2");
    order("quarantine");
    assertThat(connect(CERTIFICATE, FAR).permits()).isFalse();
  }

  @Test
  void T9_no_restriction_opens_for_whom_it_may_not_be_who_speaks() {
    admit();
    product("pump-3");
    state("identity.holder", "gateway", "credential.holder", new ClaimValue.Word("shared"));
    assertThat(connect(CERTIFICATE, FAR).permits()).isFalse();
    assertThat(connect(OTHER, FAR).permits()).isFalse();
  }

  @Test
  void T9_a_restriction_is_for_connecting_alone() {
    admit();
    product("pump-3");
    order("quarantine");
    for (RequestKind kind : RequestKind.values()) {
      Decision decision =
          Decider.decide(policy, posture(), new Request(kind, PUMP, CERTIFICATE, FAR), T0);
      boolean open = kind == RequestKind.CONNECT || kind == RequestKind.ENROL;
      assertThat(decision.permits()).as("%s", kind).isEqualTo(open);
    }
  }

  @Test
  void G7_of_a_contraindicated_device_only_what_its_product_keeps_is_heard() {
    admit();
    assertThat(Silence.of(policy, posture())).isEqualTo(Silence.NONE);
    product("meter-2");
    order("quarantine");
    Silence whole = Silence.of(policy, posture());
    assertThat(whole.covers(topic("t/pump-7/alarm"))).isTrue();
    assertThat(whole.covers(topic("t/pump-70/alarm"))).isFalse();
    product("pump-3");
    Silence restricted = Silence.of(policy, posture());
    assertThat(restricted.covers(topic("t/pump-7/telemetry"))).isTrue();
    assertThat(restricted.covers(topic("t/pump-7/alarm"))).isFalse();
  }

  private static byte[] topic(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private void admit() {
    state(
        "identity.credential",
        "identity",
        "credential.accepted",
        new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE))));
    state("identity.holder", "identity", "credential.holder", new ClaimValue.Word("sole"));
  }

  private void product(String name) {
    state(
        "inventory.record",
        "inventory",
        "device.product",
        new ClaimValue.Link(Subject.product(name)));
  }

  private void order(String order) {
    state("operator.order", "operator", "order", new ClaimValue.Word(order));
  }

  private void state(String kind, String source, String claim, ClaimValue value) {
    evidence.add(
        new Evidence(
            PUMP,
            kind,
            source,
            AssuranceLevel.L3,
            new TreeMap<>(Map.of(claim, value)),
            T0.minusSeconds(100 - evidence.size()),
            Evidence.NO_END,
            Digest.of(kind.getBytes())));
  }

  private Posture posture() {
    return Appraisal.appraise(policy, ReferenceValues.NONE, PUMP, evidence, T0);
  }

  private Decision connect(Digest credential, Instant credentialEnd) {
    return decide(posture(), credential, credentialEnd, T0);
  }

  private Rights rights() {
    return connect(CERTIFICATE, FAR).grant().orElseThrow().rights();
  }

  private Decision decide(Posture posture, Digest credential, Instant end, Instant at) {
    return Decider.decide(
        policy, posture, new Request(RequestKind.CONNECT, PUMP, credential, end), at);
  }
}

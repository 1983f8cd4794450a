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

class AppraisalTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  private static final Subject METER = Subject.device("meter-12");
  private static final Subject RELEASE = Subject.release("meter-2", "3.1.0");
  private static final Subject NEXT = Subject.release("meter-2", "3.2.0");
  private static final Subject PRODUCT = Subject.product("meter-2");
  private static final Digest GOOD = Digest.of(new byte[] {1});
  private static final Digest GOOD_NEXT = Digest.of(new byte[] {2});
  private static final Digest BAD = Digest.of(new byte[] {3});
  private static final ReferenceValues REFERENCES =
      new ReferenceValues(
          new TreeMap<>(
              Map.of(
                  RELEASE, new TreeMap<>(Map.of("boot.measurement", new TreeSet<>(Set.of(GOOD)))),
                  NEXT,
                      new TreeMap<>(
                          Map.of("boot.measurement", new TreeSet<>(Set.of(GOOD_NEXT)))))));

  private final Policy policy = PolicySamples.policy();
  private final List<Evidence> evidence = new ArrayList<>();

  @Test
  void nothing_stated_is_tier_none_and_says_what_is_missing() {
    Posture posture = at(0);
    assertThat(posture.tier()).isEqualTo(Tier.NONE);
    assertThat(posture.reasons()).hasSize(1);
    assertThat(posture.reasons().getFirst().text())
        .isEqualTo("nothing is stated about instance-identity, which the policy requires");
    assertThat(posture.until()).isEqualTo(Evidence.NO_END);
  }

  @Test
  void the_worst_component_decides() {
    sole(0);
    boot(1, "attestation", AssuranceLevel.L5, GOOD);
    assertThat(at(2).tier()).isEqualTo(Tier.WARNING);
    record(3, RELEASE);
    firmware(4, RELEASE, T0.minus(Duration.ofDays(10)));
    boot(5, "attestation", AssuranceLevel.L5, GOOD);
    assertThat(at(4000).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void T4_falls_are_immediate() {
    sole(0);
    order(5, "quarantine");
    assertThat(at(5).tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(at(5).reasons().getFirst().text()).isEqualTo("order is quarantine, says operator");
  }

  @Test
  void T4_a_contraindication_outlives_its_evidence() {
    sole(0);
    record(0, RELEASE);
    boot(1, "attestation", AssuranceLevel.L5, BAD);
    Posture later = at(days(400));
    assertThat(later.tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(later.reasons().getFirst().latched()).isTrue();
  }

  @Test
  void T4_clean_evidence_of_lower_assurance_does_not_end_a_latch() {
    sole(0);
    record(0, RELEASE);
    boot(1, "attestation", AssuranceLevel.L5, BAD);
    boot(2, "attestation", AssuranceLevel.L4, GOOD);
    assertThat(at(days(1)).tier()).isEqualTo(Tier.CONTRAINDICATED);
    boot(3, "attestation", AssuranceLevel.L5, GOOD);
    assertThat(at(3).tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(at(602).tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(at(603).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void T4_an_operators_release_acts_at_once() {
    sole(0);
    order(5, "revoke");
    order(9, "release");
    assertThat(at(8).tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(at(9).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void T4_after_a_release_what_is_still_stated_remains_a_warning() {
    sole(0);
    record(0, RELEASE);
    boot(1, "device", AssuranceLevel.L3, BAD);
    order(9, "release");
    assertThat(at(8).tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(at(9).tier()).isEqualTo(Tier.WARNING);
    assertThat(at(days(2)).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void T1_a_device_does_not_raise_itself() {
    boot(0, "device", AssuranceLevel.L3, GOOD);
    record(0, RELEASE);
    assertThat(at(1).tier()).isEqualTo(Tier.NONE);
    sole(2);
    boot(3, "device", AssuranceLevel.L3, BAD);
    boot(4, "device", AssuranceLevel.L3, GOOD);
    assertThat(at(5).tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(at(days(9)).tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  @Test
  void T3_the_newest_of_a_series_replaces_the_former() {
    sole(0);
    record(0, RELEASE);
    firmware(0, RELEASE, T0.minus(Duration.ofDays(500)));
    assertThat(at(1).tier()).isEqualTo(Tier.WARNING);
    firmware(10, RELEASE, T0.minus(Duration.ofDays(5)));
    assertThat(at(609).tier()).isEqualTo(Tier.WARNING);
    assertThat(at(609).reasons().getFirst().text()).endsWith("; held down");
    assertThat(at(610).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void age_passes_its_thresholds_without_new_evidence() {
    sole(0);
    record(0, RELEASE);
    firmware(0, RELEASE, T0);
    assertThat(at(0).until()).isEqualTo(T0.plus(Duration.ofDays(400)));
    assertThat(at(days(400) - 1).tier()).isEqualTo(Tier.AFFIRMING);
    assertThat(at(days(400)).tier()).isEqualTo(Tier.WARNING);
    assertThat(at(days(1200)).tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  @Test
  void leaving_a_contraindicated_release_for_a_clean_one_ends_the_latch() {
    sole(0);
    record(0, RELEASE);
    firmware(0, RELEASE, T0.minus(Duration.ofDays(2000)));
    firmware(1, NEXT, T0.minus(Duration.ofDays(1)));
    assertThat(at(2).tier()).isEqualTo(Tier.CONTRAINDICATED);
    record(10, NEXT);
    assertThat(at(609).tier()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(at(610).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void leaving_a_contraindicated_release_for_nothing_keeps_the_latch() {
    sole(0);
    record(0, RELEASE);
    firmware(0, RELEASE, T0.minus(Duration.ofDays(2000)));
    record(10, NEXT);
    assertThat(at(days(90)).tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  @Test
  void stating_a_link_again_does_not_undo_a_release() {
    sole(0);
    record(0, RELEASE);
    firmware(0, RELEASE, T0.minus(Duration.ofDays(2000)));
    order(5, "release");
    record(10, RELEASE);
    assertThat(at(11).tier()).isEqualTo(Tier.WARNING);
  }

  @Test
  void a_key_used_by_two_is_cleared_by_re_enrolment() {
    sole(0);
    state(
        5,
        METER,
        "identity.holder",
        "gateway",
        AssuranceLevel.L3,
        Map.of("credential.holder", new ClaimValue.Word("shared")));
    assertThat(at(6).vector().of(Component.INSTANCE_IDENTITY)).isEqualTo(Tier.CONTRAINDICATED);
    sole(20);
    assertThat(at(20).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void a_value_of_another_release_of_the_product_is_unknown_not_wrong() {
    sole(0);
    record(0, RELEASE);
    boot(1, "attestation", AssuranceLevel.L5, GOOD_NEXT);
    assertThat(at(2).tier()).isEqualTo(Tier.WARNING);
  }

  @Test
  void credentials_are_those_of_the_newest_statement_while_it_holds() {
    state(
        0,
        METER,
        "identity.credential",
        "identity",
        AssuranceLevel.L3,
        Map.of("credential.accepted", new ClaimValue.Digests(new TreeSet<>(Set.of(GOOD, BAD)))));
    evidence.add(
        new Evidence(
            METER,
            "identity.credential",
            "identity",
            AssuranceLevel.L3,
            new TreeMap<>(
                Map.of(
                    "credential.accepted",
                    new ClaimValue.Digests(new TreeSet<>(Set.of(GOOD_NEXT))))),
            T0.plusSeconds(5),
            T0.plusSeconds(100),
            BAD));
    assertThat(at(4).credentials()).containsExactlyInAnyOrder(GOOD, BAD);
    assertThat(at(5).credentials()).containsExactly(GOOD_NEXT);
    assertThat(at(5).until()).isEqualTo(T0.plusSeconds(100));
    assertThat(at(100).credentials()).isEmpty();
  }

  @Test
  void any_certificate_is_accepted_while_the_identity_is_of_another_issuer_and_no_longer() {
    evidence.add(
        new Evidence(
            METER,
            "identity.credential",
            "identity",
            AssuranceLevel.L3,
            new TreeMap<>(Map.of("credential.issuer", new ClaimValue.Word("external"))),
            T0,
            T0.plusSeconds(100),
            BAD));
    assertThat(at(99).accepts(GOOD)).isTrue();
    assertThat(at(99).until()).isEqualTo(T0.plusSeconds(100));
    assertThat(at(100).accepts(GOOD)).isFalse();
    state(
        101,
        METER,
        "identity.credential",
        "identity",
        AssuranceLevel.L3,
        Map.of("credential.issuer", new ClaimValue.Word("own")));
    assertThat(at(101).accepts(GOOD)).isFalse();
  }

  private void sole(long second) {
    state(
        second,
        METER,
        "identity.holder",
        "identity",
        AssuranceLevel.L3,
        Map.of("credential.holder", new ClaimValue.Word("sole")));
  }

  private void order(long second, String order) {
    state(
        second,
        METER,
        "operator.order",
        "operator",
        AssuranceLevel.L5,
        Map.of("order", new ClaimValue.Word(order)));
  }

  private void boot(long second, String source, AssuranceLevel assurance, Digest measured) {
    state(
        second,
        METER,
        "boot",
        source,
        assurance,
        Map.of("boot.measurement", new ClaimValue.Measurement(measured)));
  }

  private void record(long second, Subject release) {
    state(
        second,
        METER,
        "inventory.record",
        "inventory",
        AssuranceLevel.L0,
        Map.of(
            "device.product",
            new ClaimValue.Link(PRODUCT),
            "device.release",
            new ClaimValue.Link(release)));
  }

  private void firmware(long second, Subject release, Instant released) {
    state(
        second,
        release,
        "firmware",
        "inventory",
        AssuranceLevel.L0,
        Map.of("firmware.released", new ClaimValue.Moment(released)));
  }

  private void state(
      long second,
      Subject subject,
      String kind,
      String source,
      AssuranceLevel assurance,
      Map<String, ClaimValue> claims) {
    evidence.add(
        new Evidence(
            subject,
            kind,
            source,
            assurance,
            new TreeMap<>(claims),
            T0.plusSeconds(second),
            Evidence.NO_END,
            Digest.of(kind.getBytes())));
  }

  private static long days(long days) {
    return Duration.ofDays(days).toSeconds();
  }

  private Posture at(long second) {
    return Appraisal.appraise(policy, REFERENCES, METER, evidence, T0.plusSeconds(second));
  }
}

package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How strongly a device is bound to its certificates, by what is on record. */
class AssuranceTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  private static final Subject DEVICE = Subject.device("pump-07");
  private static final Subject RELEASE = Subject.release("pump-3", "1");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Digest GOOD = Digest.of(new byte[] {2});
  private static final Digest BAD = Digest.of(new byte[] {3});

  private final Policy policy = PolicySamples.policy();
  private final List<Evidence> evidence = new ArrayList<>();

  @Test
  void who_may_present_nothing_was_only_seen_on_the_wire() {
    assertThat(at(0)).isEqualTo(AssuranceLevel.L0);
    certificate(1, AssuranceLevel.L3, Set.of());
    assertThat(at(2)).isEqualTo(AssuranceLevel.L0);
  }

  @Test
  void it_is_what_the_newest_statement_of_its_certificates_rests_on() {
    for (AssuranceLevel level :
        List.of(AssuranceLevel.L1, AssuranceLevel.L2, AssuranceLevel.L4, AssuranceLevel.L3)) {
      certificate(level.ordinal() + 10L * evidence.size(), level, Set.of(CERTIFICATE));
      assertThat(at(1_000)).isEqualTo(level);
    }
  }

  @Test
  void a_measured_boot_counts_beside_a_key_in_hardware_alone_and_while_it_stands() {
    certificate(0, AssuranceLevel.L3, Set.of(CERTIFICATE));
    boot(1, "attestation", AssuranceLevel.L5, GOOD);
    assertThat(at(2)).isEqualTo(AssuranceLevel.L3);
    certificate(3, AssuranceLevel.L4, Set.of(CERTIFICATE));
    assertThat(at(4)).isEqualTo(AssuranceLevel.L5);
    long stale = Duration.ofDays(30).toSeconds();
    assertThat(at(stale)).as("the boot is not fresh any more").isEqualTo(AssuranceLevel.L4);
    boot(stale + 1, "attestation", AssuranceLevel.L5, BAD);
    assertThat(at(stale + 2)).as("it is known to be wrong").isEqualTo(AssuranceLevel.L4);
  }

  @Test
  void nothing_that_a_device_says_of_itself_raises_it() {
    certificate(0, AssuranceLevel.L4, Set.of(CERTIFICATE));
    boot(1, "device", AssuranceLevel.L5, GOOD);
    assertThat(at(2)).isEqualTo(AssuranceLevel.L4);
  }

  @Test
  void who_may_present_nothing_is_known_by_the_gateway_that_vouches_for_it_while_that_holds() {
    sighting(0, "network", AssuranceLevel.L0, T0.plusSeconds(60));
    assertThat(at(1)).as("seen, and no more").isEqualTo(AssuranceLevel.L0);
    sighting(2, "network", AssuranceLevel.L1, T0.plusSeconds(62));
    assertThat(at(3)).isEqualTo(AssuranceLevel.L1);
    assertThat(posture(3).until()).isEqualTo(T0.plusSeconds(62));
    assertThat(at(62)).as("it was not seen again").isEqualTo(AssuranceLevel.L0);
    sighting(63, "network", AssuranceLevel.L1, Evidence.NO_END);
    sighting(64, "network", AssuranceLevel.L0, Evidence.NO_END);
    assertThat(at(65)).as("its gateway fell").isEqualTo(AssuranceLevel.L0);
  }

  @Test
  void nobody_is_bound_by_what_others_say_of_it_beyond_level_1_nor_by_what_it_says_itself() {
    sighting(0, "network", AssuranceLevel.L5, Evidence.NO_END);
    assertThat(at(1)).isEqualTo(AssuranceLevel.L1);
    evidence.clear();
    sighting(0, "device", AssuranceLevel.L1, Evidence.NO_END);
    assertThat(at(1)).isEqualTo(AssuranceLevel.L0);
  }

  @Test
  void a_device_with_a_certificate_is_bound_by_that_and_not_by_its_gateway() {
    sighting(0, "network", AssuranceLevel.L1, Evidence.NO_END);
    certificate(1, AssuranceLevel.L3, Set.of(CERTIFICATE));
    assertThat(at(2)).isEqualTo(AssuranceLevel.L3);
    certificate(3, AssuranceLevel.L3, Set.of());
    assertThat(at(4)).as("its certificate is revoked").isEqualTo(AssuranceLevel.L1);
  }

  @Test
  void who_is_vouched_for_may_neither_connect_nor_renew_nor_anything_by_any_certificate() {
    sighting(0, "network", AssuranceLevel.L1, Evidence.NO_END);
    for (RequestKind kind : RequestKind.values()) {
      Request request = new Request(kind, DEVICE, CERTIFICATE, Evidence.NO_END);
      boolean permits = Decider.decide(policy, posture(1), request, T0.plusSeconds(1)).permits();
      assertThat(permits).as(kind.word()).isEqualTo(kind == RequestKind.ENROL);
    }
  }

  @Test
  void below_a_secret_of_its_own_no_certificate_opens_anything_and_enrolling_stays_open() {
    certificate(0, AssuranceLevel.L1, Set.of(CERTIFICATE));
    for (RequestKind kind : RequestKind.values()) {
      Request request = new Request(kind, DEVICE, CERTIFICATE, Evidence.NO_END);
      Decision decision = Decider.decide(policy, posture(1), request, T0.plusSeconds(1));
      if (kind == RequestKind.ENROL) {
        continue;
      }
      assertThat(decision.permits()).as(kind.word()).isFalse();
      assertThat(decision.reasons())
          .anySatisfy(reason -> assertThat(reason).contains("on its own segment alone"));
    }
  }

  @Test
  void the_usual_levels_go_without_saying_in_the_form_on_record() {
    assertThat(canonical(0)).doesNotContain("assurance");
    certificate(0, AssuranceLevel.L3, Set.of(CERTIFICATE));
    assertThat(canonical(1)).doesNotContain("assurance");
    certificate(2, AssuranceLevel.L4, Set.of(CERTIFICATE));
    assertThat(canonical(3)).contains("\"assurance\":\"L4\"");
  }

  private String canonical(long seconds) {
    return new String(posture(seconds).canonical(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private AssuranceLevel at(long seconds) {
    return posture(seconds).assurance();
  }

  private Posture posture(long seconds) {
    SortedMap<String, SortedSet<Digest>> known = new TreeMap<>();
    known.put("boot.measurement", new TreeSet<>(Set.of(GOOD)));
    ReferenceValues references = new ReferenceValues(new TreeMap<>(Map.of(RELEASE, known)));
    return Appraisal.appraise(policy, references, DEVICE, evidence, T0.plusSeconds(seconds));
  }

  private void certificate(long seconds, AssuranceLevel assurance, Set<Digest> accepted) {
    state(
        seconds,
        "identity.credential",
        "identity",
        assurance,
        Map.of("credential.accepted", new ClaimValue.Digests(new TreeSet<>(accepted))));
  }

  private void sighting(long seconds, String source, AssuranceLevel assurance, Instant until) {
    String how = assurance == AssuranceLevel.L0 ? "observed" : "vouched";
    evidence.add(
        new Evidence(
            DEVICE,
            "network.sighting",
            source,
            assurance,
            new TreeMap<>(Map.of(Appraisal.SIGHTING, new ClaimValue.Word(how))),
            T0.plusSeconds(seconds),
            until,
            Digest.of(new byte[] {8})));
  }

  private void boot(long seconds, String source, AssuranceLevel assurance, Digest measured) {
    state(
        0,
        "inventory.record",
        "inventory",
        AssuranceLevel.L5,
        Map.of("device.release", new ClaimValue.Link(RELEASE)));
    state(
        seconds,
        "boot",
        source,
        assurance,
        Map.of("boot.measurement", new ClaimValue.Measurement(measured)));
  }

  private void state(
      long seconds,
      String kind,
      String source,
      AssuranceLevel assurance,
      Map<String, ClaimValue> claims) {
    evidence.add(
        new Evidence(
            DEVICE,
            kind,
            source,
            assurance,
            new TreeMap<>(claims),
            T0.plusSeconds(seconds),
            Evidence.NO_END,
            Digest.of(new byte[] {9})));
  }
}

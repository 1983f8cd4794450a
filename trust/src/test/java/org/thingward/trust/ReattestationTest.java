package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How often devices of a product must attest, and what becomes of one that does not. */
class ReattestationTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  private static final Subject DEVICE = Subject.device("pump-07");
  private static final Subject RELEASE = Subject.release("pump-3", "1");
  private static final Digest CERTIFICATE = Digest.of(new byte[] {1});
  private static final Digest GOOD = Digest.of(new byte[] {2});
  private static final Digest BAD = Digest.of(new byte[] {3});
  private static final long HOURS = 3600;

  private final Policy policy = attestingEvery(Duration.ofHours(6));
  private final List<Evidence> evidence = new ArrayList<>();

  private static Policy attestingEvery(Duration interval) {
    Policy usual = PolicySamples.policy();
    SortedMap<String, ProductRule> products = new TreeMap<>(usual.products());
    products.put(
        "pump-3",
        new ProductRule(
            new ProductRule.Close(),
            Optional.empty(),
            new TreeMap<>(Map.of("boot.measurement", interval)),
            Set.of()));
    return new Policy(
        usual.digest(),
        usual.claims(),
        usual.sources(),
        usual.appraise(),
        usual.require(),
        usual.rights(),
        products,
        usual.services(),
        usual.longestToken(),
        usual.sessions(),
        usual.brake());
  }

  @Test
  void an_attestation_counts_for_the_interval_and_the_reason_says_when_it_is_too_old() {
    known();
    assertThat(at(1).tier()).isEqualTo(Tier.NONE);
    assertThat(reasons(1))
        .contains("boot.measurement is not attested, which the policy requires every 6h");
    boot(10, "attestation", GOOD);
    assertThat(at(10).tier()).isEqualTo(Tier.AFFIRMING);
    assertThat(at(10).until()).isEqualTo(T0.plusSeconds(10 + 6 * HOURS));
    assertThat(at(9 + 6 * HOURS).tier()).isEqualTo(Tier.AFFIRMING);
    assertThat(at(10 + 6 * HOURS).tier()).isEqualTo(Tier.NONE);
    assertThat(reasons(10 + 6 * HOURS))
        .contains("boot.measurement was attested over 6h ago, the longest that the policy allows");
    assertThat(reasons(Duration.ofDays(9).toSeconds()))
        .as("also when it counts for nothing any more")
        .contains("boot.measurement was attested over 6h ago, the longest that the policy allows");
    boot(7 * HOURS, "attestation", GOOD);
    assertThat(at(7 * HOURS).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void while_it_is_overdue_a_device_neither_connects_nor_renews_and_may_attest() {
    known();
    boot(10, "attestation", GOOD);
    for (RequestKind kind : List.of(RequestKind.CONNECT, RequestKind.RENEW, RequestKind.ATTEST)) {
      assertThat(decided(kind, 11).permits()).as(kind.word()).isTrue();
      assertThat(decided(kind, 7 * HOURS).permits())
          .as(kind.word())
          .isEqualTo(kind == RequestKind.ATTEST);
    }
    assertThat(decided(RequestKind.CONNECT, 7 * HOURS).reasons())
        .anySatisfy(reason -> assertThat(reason).contains("attested over 6h ago"));
    assertThat(decided(RequestKind.CONNECT, 11).grant().orElseThrow().until())
        .isBeforeOrEqualTo(T0.plusSeconds(10 + 6 * HOURS));
  }

  @Test
  void what_cannot_raise_and_what_speaks_of_something_else_meets_nothing() {
    known();
    boot(10, "device", GOOD);
    assertThat(at(11).tier()).isEqualTo(Tier.NONE);
    boot(20, "attestation", GOOD);
    state(30, "boot", "attestation", Map.of("remark", new ClaimValue.Word("awaited")));
    assertThat(at(31).tier()).as("another was asked for").isEqualTo(Tier.NONE);
    boot(40, "attestation", BAD);
    assertThat(at(41).tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  @Test
  void a_device_of_another_product_need_not_attest() {
    known();
    state(
        5,
        "inventory.record",
        "inventory",
        Map.of("device.product", new ClaimValue.Link(Subject.product("lamp"))));
    assertThat(at(6).tier()).isEqualTo(Tier.AFFIRMING);
  }

  @Test
  void what_can_still_matter_gives_the_same_posture() {
    known();
    boot(10, "attestation", GOOD);
    boot(100, "attestation", GOOD);
    boot(120, "device", GOOD);
    List<Evidence> kept =
        Appraisal.stillMatters(policy, references(), DEVICE, evidence, T0.plusSeconds(200));
    assertThat(kept).hasSizeLessThan(evidence.size());
    for (long second : List.of(200L, 99 + 6 * HOURS, 100 + 6 * HOURS, 48 * HOURS)) {
      Instant then = T0.plusSeconds(second);
      assertThat(Appraisal.appraise(policy, references(), DEVICE, kept, then).reasons())
          .isEqualTo(at(second).reasons());
    }
  }

  private Decision decided(RequestKind kind, long seconds) {
    Request request = new Request(kind, DEVICE, CERTIFICATE, Evidence.NO_END);
    return Decider.decide(policy, at(seconds), request, T0.plusSeconds(seconds));
  }

  private List<String> reasons(long seconds) {
    return at(seconds).reasons().stream().map(Reason::text).toList();
  }

  private Posture at(long seconds) {
    return Appraisal.appraise(policy, references(), DEVICE, evidence, T0.plusSeconds(seconds));
  }

  private static ReferenceValues references() {
    SortedMap<String, SortedSet<Digest>> good = new TreeMap<>();
    good.put("boot.measurement", new TreeSet<>(Set.of(GOOD)));
    return new ReferenceValues(new TreeMap<>(Map.of(RELEASE, good)));
  }

  /** It has a certificate, and is on record with its product. */
  private void known() {
    state(
        0, "identity.holder", "identity", Map.of("credential.holder", new ClaimValue.Word("sole")));
    state(
        0,
        "identity.credential",
        "identity",
        Map.of("credential.accepted", new ClaimValue.Digests(new TreeSet<>(Set.of(CERTIFICATE)))));
    state(
        0,
        "inventory.record",
        "inventory",
        Map.of(
            "device.product", new ClaimValue.Link(Subject.product("pump-3")),
            "device.release", new ClaimValue.Link(RELEASE)));
  }

  private void boot(long seconds, String source, Digest measured) {
    state(
        seconds, "boot", source, Map.of("boot.measurement", new ClaimValue.Measurement(measured)));
  }

  private void state(long seconds, String kind, String source, Map<String, ClaimValue> claims) {
    evidence.add(
        new Evidence(
            DEVICE,
            kind,
            source,
            AssuranceLevel.L4,
            new TreeMap<>(claims),
            T0.plusSeconds(seconds),
            Evidence.NO_END,
            Digest.of(new byte[] {9})));
  }
}

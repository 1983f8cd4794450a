package org.thingward.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every history of evidence. */
class AppraisalProperties {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
  private static final int SPAN = 200_000;
  private static final Subject METER = Subject.device("meter-12");
  private static final Subject RELEASE = Subject.release("meter-2", "3.1.0");
  private static final Subject NEXT = Subject.release("meter-2", "3.2.0");
  private static final Digest GOOD = Digest.of(new byte[] {1});
  private static final Digest BAD = Digest.of(new byte[] {3});
  private static final ReferenceValues REFERENCES =
      new ReferenceValues(
          new TreeMap<>(
              Map.of(
                  RELEASE,
                  new TreeMap<>(Map.of("boot.measurement", new TreeSet<>(Set.of(GOOD)))))));
  private static final Policy POLICY = PolicySamples.policy();

  @Property(tries = 500)
  void the_same_evidence_in_any_order_gives_the_same_bytes(
      @ForAll("histories") List<Evidence> history,
      @ForAll @IntRange(max = SPAN) int second,
      @ForAll long seed) {
    List<Evidence> other = new ArrayList<>(history);
    Collections.shuffle(other, new Random(seed));
    other.addAll(history);
    assertThat(at(other, second).canonical()).isEqualTo(at(history, second).canonical());
  }

  @Property(tries = 1000)
  void until_is_exact(
      @ForAll("histories") List<Evidence> history, @ForAll @IntRange(max = SPAN) int second) {
    List<Evidence> known = known(history, second);
    Posture now = at(known, second);
    if (now.until().equals(Evidence.NO_END)) {
      assertThat(at(known, 1_000_000_000).standsAs(now)).isTrue();
      return;
    }
    Instant last = now.until().minus(1, ChronoUnit.MICROS);
    Posture then = appraise(known, last);
    assertThat(then.standsAs(now)).isTrue();
    assertThat(then.until()).isEqualTo(now.until());
  }

  @Property(tries = 1000)
  void newer_contraindicating_evidence_never_raises(
      @ForAll("histories") List<Evidence> history, @ForAll("contraindicating") Evidence bad) {
    List<Evidence> more = new ArrayList<>(history);
    more.add(atSecond(bad, SPAN + 1));
    for (int second : List.of(SPAN + 1, SPAN + 500, SPAN + 100_000)) {
      assertThat(at(more, second).tier()).isLessThanOrEqualTo(at(history, second).tier());
    }
    assertThat(at(more, SPAN + 1).tier()).isEqualTo(Tier.CONTRAINDICATED);
  }

  @Property(tries = 1000)
  void T1_nothing_a_device_says_raises_it(
      @ForAll("histories") List<Evidence> history,
      @ForAll("words") Evidence word,
      @ForAll @IntRange(max = SPAN) int second) {
    List<Evidence> more = new ArrayList<>(history);
    more.add(
        new Evidence(
            METER,
            word.kind(),
            "device",
            AssuranceLevel.L5,
            word.claims(),
            word.received(),
            word.holdsUntil(),
            word.raw()));
    assertThat(at(more, second).tier()).isLessThanOrEqualTo(at(history, second).tier());
  }

  @Property(tries = 1000)
  void replacing_a_value_by_a_worse_one_never_raises(
      @ForAll("histories") List<Evidence> history,
      @ForAll @IntRange(max = 30) int which,
      @ForAll @IntRange(max = SPAN) int second) {
    if (history.isEmpty()) {
      return;
    }
    List<Evidence> worse = new ArrayList<>(history);
    int i = which % history.size();
    worse.set(i, worsened(history.get(i)));
    assertThat(at(worse, second).tier()).isLessThanOrEqualTo(at(history, second).tier());
  }

  @Property(tries = 1000)
  void T4_time_alone_never_ends_a_contraindication(
      @ForAll("histories") List<Evidence> history, @ForAll @IntRange(max = 9) int days) {
    Posture now = at(history, SPAN);
    boolean holdDownOver = now.until().isAfter(T0.plusSeconds(SPAN).plus(PolicySamples.HOLD_DOWN));
    if (now.tier() == Tier.CONTRAINDICATED && holdDownOver) {
      assertThat(at(history, SPAN + days * 86_400).tier()).isEqualTo(Tier.CONTRAINDICATED);
    }
  }

  @Property(tries = 500)
  void what_no_longer_matters_can_be_left_out(
      @ForAll("histories") List<Evidence> history,
      @ForAll @IntRange(max = SPAN) int pruned,
      @ForAll @IntRange(max = SPAN) int later) {
    Instant at = T0.plusSeconds(pruned);
    List<Evidence> known = known(history, pruned);
    List<Evidence> future = history.stream().filter(e -> e.received().isAfter(at)).toList();
    List<Evidence> kept =
        new ArrayList<>(Appraisal.stillMatters(POLICY, REFERENCES, METER, known, at));
    kept.addAll(future);
    Posture full = at(history, pruned + later);
    Posture lean = at(kept, pruned + later);
    assertThat(lean.standsAs(full)).as("%s as %s", lean, full).isTrue();
    assertThat(lean.until()).isAfterOrEqualTo(full.until());
  }

  @Property(tries = 500)
  void appraisal_is_total(@ForAll("anything") List<Evidence> history, @ForAll int second) {
    assertThat(at(history, second).canonical()).isNotEmpty();
  }

  private static List<Evidence> known(List<Evidence> history, int second) {
    Instant at = T0.plusSeconds(second);
    return history.stream().filter(evidence -> !evidence.received().isAfter(at)).toList();
  }

  private static Posture at(List<Evidence> evidence, int second) {
    return appraise(evidence, T0.plusSeconds(second));
  }

  private static Posture appraise(List<Evidence> evidence, Instant at) {
    return Appraisal.appraise(POLICY, REFERENCES, METER, evidence, at);
  }

  private static Evidence worsened(Evidence evidence) {
    TreeMap<String, ClaimValue> claims = new TreeMap<>(evidence.claims());
    claims.replaceAll((name, value) ->
        switch (name) {
          case "credential.holder" -> new ClaimValue.Word("shared");
          case "boot.measurement" -> new ClaimValue.Measurement(BAD);
          case "firmware.released" -> new ClaimValue.Moment(T0.minus(Duration.ofDays(3000)));
          case "support.ends" -> new ClaimValue.Moment(T0.minus(Duration.ofDays(1)));
          case "refused.packets" -> new ClaimValue.Count(1000);
          default -> value;
        });
    return with(evidence, claims, evidence.received());
  }

  private static Evidence atSecond(Evidence evidence, int second) {
    return with(evidence, evidence.claims(), T0.plusSeconds(second));
  }

  private static Evidence with(
      Evidence evidence, Map<String, ClaimValue> claims, Instant received) {
    return new Evidence(
        evidence.subject(),
        evidence.kind(),
        evidence.source(),
        evidence.assurance(),
        new TreeMap<>(claims),
        received,
        evidence.holdsUntil(),
        evidence.raw());
  }

  @Provide
  Arbitrary<List<Evidence>> histories() {
    return words().list().ofMaxSize(14);
  }

  @Provide
  Arbitrary<Evidence> words() {
    Arbitrary<Integer> seconds =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 2000), Arbitraries.integers().between(0, SPAN));
    Arbitrary<AssuranceLevel> levels =
        Arbitraries.of(AssuranceLevel.L0, AssuranceLevel.L3, AssuranceLevel.L3, AssuranceLevel.L5);
    Arbitrary<Integer> lives =
        Arbitraries.oneOf(
            Arbitraries.just(Integer.MAX_VALUE), Arbitraries.integers().between(0, 5000));
    return Combinators.combine(Arbitraries.integers().between(0, 17), seconds, levels, lives)
        .as((shape, second, level, life) -> {
          Evidence one = shape(shape, level);
          Instant received = T0.plusSeconds(second);
          Instant ends = life == Integer.MAX_VALUE ? Evidence.NO_END : received.plusSeconds(life);
          return new Evidence(
              one.subject(),
              one.kind(),
              one.source(),
              one.assurance(),
              one.claims(),
              received,
              ends,
              one.raw());
        });
  }

  @Provide
  Arbitrary<Evidence> contraindicating() {
    return Arbitraries.of(1, 2, 3, 5, 7)
        .map(shape -> shape(shape, AssuranceLevel.L3))
        .filter(e -> !e.kind().equals("boot"));
  }

  @Provide
  Arbitrary<List<Evidence>> anything() {
    Arbitrary<ClaimValue> values =
        Arbitraries.of(
            new ClaimValue.Word("sole"),
            new ClaimValue.Flag(true),
            new ClaimValue.Count(-1),
            new ClaimValue.Span(Duration.ofSeconds(Long.MAX_VALUE)),
            new ClaimValue.Moment(Instant.MAX),
            new ClaimValue.Moment(Instant.MIN),
            new ClaimValue.Measurement(GOOD),
            new ClaimValue.Link(METER),
            new ClaimValue.Link(RELEASE));
    Arbitrary<String> names =
        Arbitraries.of(
            "credential.holder",
            "order",
            "firmware.released",
            "device.release",
            "refused.packets",
            "support.ends",
            "no.such.claim",
            "credential.accepted");
    Arbitrary<Instant> times =
        Arbitraries.of(Instant.MIN, Instant.EPOCH, T0, Evidence.NO_END, Instant.MAX);
    return Combinators.combine(
            Arbitraries.of(METER, RELEASE, NEXT),
            Arbitraries.of("boot", "firmware", "inventory.record", "identity.holder", "unknown"),
            Arbitraries.of("inventory", "identity", "device", "stranger"),
            Arbitraries.maps(names, values).ofMinSize(1).ofMaxSize(4),
            times,
            times)
        .as((subject, kind, source, claims, received, ends) ->
            new Evidence(
                subject,
                kind,
                source,
                AssuranceLevel.L3,
                new TreeMap<>(claims),
                received,
                ends,
                GOOD))
        .list()
        .ofMaxSize(8);
  }

  private static Evidence shape(int shape, AssuranceLevel level) {
    return switch (shape) {
      case 0, 8 ->
          own(
              "identity.holder",
              "identity",
              level,
              "credential.holder",
              new ClaimValue.Word("sole"));
      case 1 ->
          own(
              "identity.holder",
              "gateway",
              level,
              "credential.holder",
              new ClaimValue.Word("shared"));
      case 2 ->
          own(
              "identity.holder",
              "identity",
              level,
              "credential.holder",
              new ClaimValue.Word("shared"));
      case 3 ->
          own("operator.order", "operator", level, "order", new ClaimValue.Word("quarantine"));
      case 4 -> own("operator.order", "operator", level, "order", new ClaimValue.Word("release"));
      case 5 -> own("operator.order", "operator", level, "order", new ClaimValue.Word("revoke"));
      case 6, 9 ->
          own("boot", "attestation", level, "boot.measurement", new ClaimValue.Measurement(GOOD));
      case 7 -> own("boot", "device", level, "boot.measurement", new ClaimValue.Measurement(BAD));
      case 10 ->
          own(
              "inventory.record",
              "inventory",
              level,
              "device.release",
              new ClaimValue.Link(RELEASE));
      case 11 ->
          own("inventory.record", "inventory", level, "device.release", new ClaimValue.Link(NEXT));
      case 12 ->
          about(
              RELEASE,
              "firmware",
              "inventory",
              level,
              "firmware.released",
              new ClaimValue.Moment(T0.minus(Duration.ofDays(399))));
      case 13 ->
          about(
              NEXT, "firmware", "inventory", level, "firmware.released", new ClaimValue.Moment(T0));
      case 14 ->
          about(
              RELEASE,
              "firmware",
              "inventory",
              level,
              "support.ends",
              new ClaimValue.Moment(T0.plusSeconds(9000)));
      case 15 ->
          own(
              "network.sighting",
              "network",
              level,
              Appraisal.SIGHTING,
              new ClaimValue.Word("vouched"));
      case 16 ->
          own(
              "identity.credential",
              "identity",
              level,
              Appraisal.CREDENTIALS,
              new ClaimValue.Digests(new TreeSet<>(List.of(GOOD))));
      default ->
          own("traffic.refused", "gateway", level, "refused.packets", new ClaimValue.Count(101));
    };
  }

  private static Evidence own(
      String kind, String source, AssuranceLevel level, String claim, ClaimValue value) {
    return about(METER, kind, source, level, claim, value);
  }

  private static Evidence about(
      Subject subject,
      String kind,
      String source,
      AssuranceLevel level,
      String claim,
      ClaimValue value) {
    return new Evidence(
        subject,
        kind,
        source,
        level,
        new TreeMap<>(Map.of(claim, value)),
        T0,
        Evidence.NO_END,
        Digest.of(kind.getBytes()));
  }
}

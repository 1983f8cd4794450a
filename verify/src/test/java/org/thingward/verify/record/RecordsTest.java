package org.thingward.verify.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.policy.PolicyReader;

class RecordsTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00.123456Z");
  private static final Subject METER = Subject.device("meter-12");
  private static final Digest D = Digest.of(new byte[] {1});

  @Test
  void evidence_of_every_claim_type_is_read_back() {
    Evidence evidence = evidence(7);
    assertThat(Records.evidence(evidence.canonical())).isEqualTo(evidence);
  }

  @Property(tries = 300)
  void any_count_is_read_back(
      @ForAll @LongRange(min = -9007199254740991L, max = 9007199254740991L) long count) {
    Evidence evidence = evidence(count);
    assertThat(Records.evidence(evidence.canonical()).canonical()).isEqualTo(evidence.canonical());
  }

  @Test
  void postures_decisions_and_grant_ends_are_read_back() {
    Policy policy = PolicyReader.read(PolicyReader.defaultPolicy());
    Posture posture =
        Appraisal.appraise(policy, ReferenceValues.NONE, METER, List.of(credential(), sole()), T0);
    assertThat(Records.posture(posture.canonical())).isEqualTo(posture);
    Request request = new Request(RequestKind.CONNECT, METER, D, Evidence.NO_END);
    Decision decision = Decider.decide(policy, posture, request, T0);
    assertThat(decision.permits()).isTrue();
    assertThat(Records.decision(decision.canonical())).isEqualTo(decision);
    Grant grant = decision.grant().orElseThrow();
    byte[] end = new GrantEnd(grant, GrantEnd.Cause.TAKEN_OVER, T0, 1, 2, 3).canonical();
    assertThat(Records.endedGrant(end).grant()).isEqualTo(grant.id());
    assertThat(Records.endedGrant(end).canonical()).isEqualTo(end);
  }

  @Test
  void reference_values_are_read_in_both_ways_of_writing() {
    ReferenceValues values =
        new ReferenceValues(
            new TreeMap<>(
                Map.of(
                    Subject.release("meter-2", "3.1.0"),
                    new TreeMap<>(Map.of("boot.measurement", new TreeSet<>(Set.of(D)))))));
    assertThat(Records.referenceValues(values.canonical())).isEqualTo(values);
    byte[] written =
        """
        { "releases": {"meter-2@3.1.0": {"boot.measurement": ["%s"]}},
          "reference-values": 1 }
        """
            .formatted(D)
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Records.writtenReferenceValues(written)).isEqualTo(values);
    assertThatThrownBy(() -> Records.referenceValues(written)).isInstanceOf(RecordRefused.class);
  }

  @Test
  void what_is_unknown_missing_or_twice_is_refused_with_its_place() {
    String good = new String(evidence(1).canonical(), StandardCharsets.UTF_8);
    refuses(good.replace("\"kind\":", "\"kin\":"), "has a member 'kin' that is not known here");
    refuses(good.replace("\"evidence\":1", "\"evidence\":2"), "evidence is not 1");
    refuses(good.replace("\"count\":1", "\"count\":1.5"), "claims.count.count is no whole number");
    refuses(good.replace("\"count\":1", "\"cnt\":1"), "claims.count has 'cnt'");
    refuses(good.replace("device:meter-12", "device:a/b"), "subject: 'a/b' is no name");
    refuses(good.replace("{\"assurance\"", "{ \"assurance\""), "not in canonical form");
    refuses(good.replace("\"L3\"", "\"L3\",\"assurance\":\"L3\""), "no JSON: Duplicate");
    refuses(good + "{}", "no JSON");
  }

  @Test
  void each_kind_of_record_names_what_it_does_not_know_and_the_version_it_does() {
    Policy policy = PolicyReader.read(PolicyReader.defaultPolicy());
    Posture posture =
        Appraisal.appraise(policy, ReferenceValues.NONE, METER, List.of(credential(), sole()), T0);
    Request request = new Request(RequestKind.CONNECT, METER, D, Evidence.NO_END);
    Decision decision = Decider.decide(policy, posture, request, T0);
    Grant grant = decision.grant().orElseThrow();
    namesWhatItDoesNotKnow("posture", posture.canonical(), Records::posture);
    namesWhatItDoesNotKnow("decision", decision.canonical(), Records::decision);
    namesWhatItDoesNotKnow(
        "grant-end",
        new GrantEnd(grant, GrantEnd.Cause.CUT, T0, 1, 2, 3).canonical(),
        Records::endedGrant);
    namesWhatItDoesNotKnow(
        "denials-repeated", new RepeatedDenials(METER, D, 2).canonical(), Records::repeatedDenials);
    namesWhatItDoesNotKnow(
        "reference-values", ReferenceValues.NONE.canonical(), Records::referenceValues);
  }

  private static void namesWhatItDoesNotKnow(
      String format, byte[] canonical, Function<byte[], ?> reader) {
    String good = new String(canonical, StandardCharsets.UTF_8);
    String version = "\"" + format + "\":1";
    assertThat(good).contains(version);
    refused(
        reader,
        good.replace(version, "\"" + format + "\":2"),
        format + " is not 1, the only version there is");
    refused(
        reader,
        good.substring(0, good.length() - 1) + ",\"zz\":1}",
        "has a member 'zz' that is not known here");
    refused(reader, "[]", "is no object");
  }

  private static void refused(Function<byte[], ?> reader, String json, String because) {
    assertThatThrownBy(() -> reader.apply(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RecordRefused.class)
        .hasMessageContaining(because);
  }

  @Test
  void repeated_denials_are_told_from_decisions_and_counted_from_one() {
    RepeatedDenials twice = new RepeatedDenials(METER, D, 2);
    assertThat(Records.repeatedDenials(twice.canonical())).isEqualTo(twice);
    assertThat(Records.areRepeatedDenials(twice.canonical())).isTrue();
    assertThat(Records.areRepeatedDenials(evidence(1).canonical())).isFalse();
    String none = new String(twice.canonical(), StandardCharsets.UTF_8);
    refused(Records::repeatedDenials, none.replace("\"count\":2", "\"count\":0"), "from 1");
    assertThat(new RepeatedDenials(METER, D, 1).count()).isEqualTo(1);
  }

  @Test
  void a_record_has_four_mebibytes_and_not_a_byte_more() {
    byte[] largest = new byte[4 << 20];
    Arrays.fill(largest, (byte) ' ');
    refused(Records::evidence, new String(largest, StandardCharsets.US_ASCII), "is no object");
    refused(
        Records::evidence,
        new String(new byte[(4 << 20) + 1], StandardCharsets.US_ASCII),
        "at most 4 MiB, this has 4194305 bytes");
  }

  @Property(tries = 2000)
  void random_bytes_are_refused_and_nothing_worse(@ForAll byte[] bytes, @ForAll int which) {
    List<Function<byte[], Object>> readers =
        List.of(
            Records::evidence,
            Records::posture,
            Records::decision,
            Records::endedGrant,
            Records::referenceValues,
            Records::writtenReferenceValues);
    assertThatThrownBy(() -> readers.get(Math.floorMod(which, 6)).apply(bytes))
        .isInstanceOf(RecordRefused.class);
  }

  @Property(tries = 2000)
  void a_changed_character_is_refused_or_read_to_the_same_bytes(
      @ForAll int at, @ForAll byte instead) {
    byte[] bytes = evidence(1).canonical();
    bytes[Math.floorMod(at, bytes.length)] = instead;
    Optional<Evidence> read;
    try {
      read = Optional.of(Records.evidence(bytes));
    } catch (RecordRefused refused) {
      read = Optional.empty();
    }
    read.ifPresent(evidence -> assertThat(evidence.canonical()).isEqualTo(bytes));
  }

  private static void refuses(String json, String message) {
    assertThatThrownBy(() -> Records.evidence(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RecordRefused.class)
        .hasMessageContaining(message);
  }

  private static Evidence evidence(long count) {
    Map<String, ClaimValue> claims =
        Map.of(
            "word", new ClaimValue.Word("ö \"quoted\""),
            "flag", new ClaimValue.Flag(true),
            "count", new ClaimValue.Count(count),
            "span", new ClaimValue.Span(Duration.ofDays(3)),
            "moment", new ClaimValue.Moment(T0),
            "measured", new ClaimValue.Measurement(D),
            "link", new ClaimValue.Link(Subject.release("meter-2", "3.1.0")),
            "digests", new ClaimValue.Digests(new TreeSet<>(Set.of(D))));
    return new Evidence(
        METER, "boot", "device", AssuranceLevel.L3, new TreeMap<>(claims), T0, Evidence.NO_END, D);
  }

  private static Evidence credential() {
    return stated(
        "identity.credential",
        Map.of("credential.accepted", new ClaimValue.Digests(new TreeSet<>(Set.of(D)))));
  }

  private static Evidence sole() {
    return stated("identity.holder", Map.of("credential.holder", new ClaimValue.Word("sole")));
  }

  private static Evidence stated(String kind, Map<String, ClaimValue> claims) {
    return new Evidence(
        METER, kind, "identity", AssuranceLevel.L3, new TreeMap<>(claims), T0, Evidence.NO_END, D);
  }
}

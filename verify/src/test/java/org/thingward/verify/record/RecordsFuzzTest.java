package org.thingward.verify.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Appraisal;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.GrantEnd;
import org.thingward.trust.Policy;
import org.thingward.trust.Posture;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;
import org.thingward.verify.policy.PolicyReader;

/** Whatever bytes come: a record whose canonical form they are, or refused with a reason. */
class RecordsFuzzTest {
  private static final Instant T0 = Instant.parse("2026-11-23T10:00:00.123456Z");
  private static final Subject METER = Subject.device("meter-12");
  private static final Digest D = Digest.of(new byte[] {1});
  private static final List<byte[]> SOUND = sound();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_a_record_in_canonical_form_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_records_are_read_back_or_refused() {
    Damage.each(2_000, SOUND, RecordsFuzzTest::read);
  }

  @Test
  void half_a_surrogate_pair_is_no_text_and_no_name() {
    JsonPart half = JsonPart.read("{\"a\":\"x\\ud83d\",\"b\":\"\\ude00\"}".getBytes(UTF_8));
    assertThatThrownBy(half.member("a")::text)
        .isInstanceOf(RecordRefused.class)
        .hasMessage("a holds half a surrogate pair");
    assertThatThrownBy(half.member("b")::text).isInstanceOf(RecordRefused.class);
    assertThatThrownBy(() -> JsonPart.read("{\"\\udc00\":1}".getBytes(UTF_8)).tree())
        .isInstanceOf(RecordRefused.class);
    assertThat(JsonPart.read("\"\\ud83d\\ude00\"".getBytes(UTF_8)).text())
        .isEqualTo("\ud83d\ude00");
  }

  private static void read(byte[] bytes) {
    readsBack(bytes, each -> Records.evidence(each).canonical());
    readsBack(bytes, each -> Records.posture(each).canonical());
    readsBack(bytes, each -> Records.decision(each).canonical());
    readsBack(bytes, each -> Records.repeatedDenials(each).canonical());
    readsBack(bytes, each -> Records.endedGrant(each).canonical());
    readsBack(bytes, each -> Records.referenceValues(each).canonical());
    refusedOr(bytes, Records::writtenReferenceValues);
    refusedOr(bytes, Records::claims);
    refusedOr(bytes, Records::areRepeatedDenials);
  }

  private static void readsBack(byte[] bytes, Function<byte[], byte[]> reading) {
    refusedOr(
        bytes,
        each -> {
          byte[] canonical = reading.apply(each);
          assertThat(canonical).isEqualTo(bytes);
          return canonical;
        });
  }

  private static void refusedOr(byte[] bytes, Function<byte[], Object> reading) {
    try {
      assertThat(reading.apply(bytes)).isNotNull();
    } catch (RecordRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static List<byte[]> sound() {
    Policy policy = PolicyReader.read(PolicyReader.defaultPolicy());
    Evidence credential =
        stated(
            "identity.credential",
            Map.of("credential.accepted", new ClaimValue.Digests(new TreeSet<>(Set.of(D)))));
    Evidence sole =
        stated("identity.holder", Map.of("credential.holder", new ClaimValue.Word("sole")));
    Posture posture =
        Appraisal.appraise(policy, ReferenceValues.NONE, METER, List.of(credential, sole), T0);
    Request request = new Request(RequestKind.CONNECT, METER, D, Evidence.NO_END);
    Decision permit = Decider.decide(policy, posture, request, T0);
    Decision denial = Decider.decide(policy, posture, request, T0.plus(Duration.ofDays(100_000)));
    byte[] end =
        new GrantEnd(permit.grant().orElseThrow(), GrantEnd.Cause.TAKEN_OVER, T0, 1, 2, 3)
            .canonical();
    return List.of(
        everyClaim().canonical(),
        posture.canonical(),
        permit.canonical(),
        denial.canonical(),
        end,
        new RepeatedDenials(METER, D, 7).canonical(),
        references().canonical());
  }

  private static ReferenceValues references() {
    return new ReferenceValues(
        new TreeMap<>(
            Map.of(
                Subject.release("meter-2", "3.1.0"),
                new TreeMap<>(Map.of("boot.measurement", new TreeSet<>(Set.of(D)))))));
  }

  private static Evidence everyClaim() {
    return stated(
        "boot",
        Map.of(
            "word", new ClaimValue.Word("\u00f6 \"quoted\""),
            "flag", new ClaimValue.Flag(true),
            "count", new ClaimValue.Count(-7),
            "span", new ClaimValue.Span(Duration.ofDays(3)),
            "moment", new ClaimValue.Moment(T0),
            "measured", new ClaimValue.Measurement(D),
            "link", new ClaimValue.Link(Subject.release("meter-2", "3.1.0")),
            "digests", new ClaimValue.Digests(new TreeSet<>(Set.of(D)))));
  }

  private static Evidence stated(String kind, Map<String, ClaimValue> claims) {
    return new Evidence(
        METER, kind, "identity", AssuranceLevel.L3, new TreeMap<>(claims), T0, Evidence.NO_END, D);
  }
}

package org.thingward.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456789Z");

  private static Evidence evidence(SortedMap<String, ClaimValue> claims) {
    return new Evidence(
        Subject.device("meter-12"),
        "boot",
        "attestation",
        AssuranceLevel.L5,
        claims,
        NOON,
        Evidence.NO_END,
        Digest.of("quote".getBytes(UTF_8)));
  }

  @Test
  void its_canonical_form_is_fixed() {
    SortedMap<String, ClaimValue> claims = new TreeMap<>();
    claims.put("boot.stage", new ClaimValue.Word("four"));
    claims.put("boot.count", new ClaimValue.Count(7));
    assertThat(new String(evidence(claims).canonical(), UTF_8))
        .isEqualTo(
            "{\"assurance\":\"L5\",\"claims\":{\"boot.count\":{\"count\":7},"
                + "\"boot.stage\":{\"word\":\"four\"}},\"evidence\":1,"
                + "\"holds-until\":\"9999-12-31T23:59:59Z\",\"kind\":\"boot\","
                + "\"raw\":\"sha256:"
                + Digest.of("quote".getBytes(UTF_8)).hex()
                + "\",\"received\":\"2026-11-23T12:00:00.123456Z\",\"source\":\"attestation\","
                + "\"subject\":\"device:meter-12\"}");
  }

  @Test
  void refuses_to_exist_without_claims_or_with_a_malformed_name() {
    assertThatThrownBy(() -> evidence(new TreeMap<>())).hasMessageContaining("1 to 64 claims");
    SortedMap<String, ClaimValue> claims = new TreeMap<>();
    claims.put("Boot Stage", new ClaimValue.Flag(true));
    assertThatThrownBy(() -> evidence(claims)).hasMessageContaining("'Boot Stage'");
  }
}

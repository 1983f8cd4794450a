package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Problem;
import org.thingward.trust.Policy;
import org.thingward.verify.Damage;
import org.thingward.verify.policy.PolicyReader;
import tools.jackson.databind.JsonNode;

/** Whatever body states evidence: claims that the policy knows, or a problem of the 400s. */
class BodiesFuzzTest {
  private static final Policy POLICY = PolicyReader.read(PolicyReader.defaultPolicy());
  private static final List<byte[]> SOUND =
      Stream.of(
              "{\"kind\":\"device.report\",\"claims\":{\"credential.issuer\":{\"word\":\"own\"}}}",
              "{\"subject\":\"device:pump-07\",\"reason\":\"stolen, \u00fc\",\"claims\":{}}",
              "[".repeat(200))
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_body_is_read_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_bodies_are_read_or_refused() {
    Damage.each(2_000, SOUND, BodiesFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    refusedOr(() -> {
      JsonNode body = Bodies.object(bytes);
      refusedOr(() -> Bodies.only(body, "kind", "claims"));
      refusedOr(() -> assertThat(Bodies.text(body, "kind")).isNotNull());
      refusedOr(() -> assertThat(Bodies.sentence(body, "reason")).isNotBlank());
      refusedOr(() -> assertThat(Bodies.subject(Bodies.text(body, "subject"))).isNotNull());
      refusedOr(() ->
          assertThat(POLICY.claims().keySet()).containsAll(Bodies.claims(body, POLICY).keySet()));
    });
    String text = new String(bytes, StandardCharsets.UTF_8);
    refusedOr(() -> assertThat(Page.limit(Map.of("limit", text))).isBetween(1, 500));
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (Problem problem) {
      assertThat(problem.status()).isBetween(400, 499);
      assertThat(problem.getMessage()).isNotBlank();
    }
  }
}

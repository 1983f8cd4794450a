package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.policy.PolicyReader;

/** What a policy takes away, a live session loses within the time that the API promises. */
class PolicyAppliedTest {
  private static final Duration PROMISED = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void G10_a_live_session_loses_what_a_new_policy_no_longer_grants() throws Exception {
    try (RunningHouse house = new RunningHouse(folder)) {
      house.enrol("service", "collector");
      Process live = house.subscribe("collector", "t/#");
      RunningHouse.eventually(
          "the collector is connected", () -> house.said(live).contains("received SUBACK"));
      String policy = new String(PolicyReader.defaultPolicy(), StandardCharsets.UTF_8);
      String stricter =
          policy.replace(
              "require: [instance-identity]\n", "require: [instance-identity, hardware]\n");
      assertThat(stricter).isNotEqualTo(policy);
      long start = System.nanoTime();
      RunningHouse.Answer applied =
          house.operator("PUT", "/policy?reason=hardware+first", "application/yaml", stricter);
      assertThat(applied.status()).as(applied.text()).isEqualTo(200);
      RunningHouse.eventually("the session is cut", () -> !isOpen(house));
      assertThat(System.nanoTime() - start)
          .as("as openapi.yaml promises")
          .isLessThan(TimeUnit.SECONDS.toNanos(PROMISED.toSeconds()));
      live.destroy();
    }
  }

  private static boolean isOpen(RunningHouse house) {
    return house
        .operator("GET", "/sessions?subject=service:collector", "")
        .text()
        .contains("\"state\":\"open\"");
  }
}

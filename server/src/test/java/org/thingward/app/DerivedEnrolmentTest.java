package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Base64Url;
import org.thingward.trust.Tier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a derived token is worth in a whole server: L2, until an operator gives one of its own. */
class DerivedEnrolmentTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  @Test
  void a_device_that_enrolled_by_a_derived_token_is_of_level_2_until_it_gets_one_of_its_own()
      throws Exception {
    try (RunningHouse house = new RunningHouse(folder)) {
      RunningHouse.Answer answer =
          house.operator("POST", "/tokens/derived", "{\"devices\":[\"pump-7\"],\"ttl\":\"1h\"}");
      assertThat(answer.status()).as(answer.text()).isEqualTo(201);
      String token = derived(JSON.readTree(answer.text()), "pump-7");
      house.enrolWith(token, "pump-7");

      assertThat(posture(house).path("assurance").asString()).isEqualTo("L2");
      assertThat(posture(house).path("tier").intValue()).isEqualTo(Tier.AFFIRMING.value());
      assertThat(house.publish("pump-7", "t/pump-7/telemetry", "{}")).isZero();
      house.restart();
      assertThat(posture(house).path("assurance").asString()).isEqualTo("L2");

      String policy = house.operator("GET", "/policy", "").text();
      String demanding = policy.replace("l2: nothing", "l2: warning");
      assertThat(demanding).isNotEqualTo(policy);
      answer =
          house.operator("PUT", "/policy?reason=keys+of+their+own", "application/yaml", demanding);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(posture(house).path("tier").intValue()).isEqualTo(Tier.WARNING.value());

      house.enrol("device", "pump-7");
      assertThat(posture(house).path("assurance").asString()).isEqualTo("L3");
      house.key("thief");
      house.request("thief");
      assertThat(house.askToEnrol(token, "pump-7", "thief")).contains("claimed by another key");
    }
  }

  private static JsonNode posture(RunningHouse house) {
    return JSON.readTree(house.operator("GET", "/postures/device:pump-7", "").text());
  }

  private static String derived(JsonNode made, String id) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] key = HexFormat.of().parseHex(made.path("group-key").asString());
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] all =
        mac.doFinal(("thingward/derived-token/v1/" + id).getBytes(StandardCharsets.US_ASCII));
    String authority = made.path("authority").asString().substring("sha256:".length());
    return "twt1." + Base64Url.encode(Arrays.copyOf(all, 16)) + "." + authority;
  }
}

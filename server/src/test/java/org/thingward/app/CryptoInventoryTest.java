package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the installation rests on, after devices with keys of several kinds enrolled. */
class CryptoInventoryTest {
  @TempDir private Path folder;

  @Test
  void every_key_certificate_and_algorithm_is_told_with_what_a_quantum_computer_does_to_it() {
    try (RunningHouse house = new RunningHouse(folder)) {
      house.enrol("device", "pump-1");
      house.enrol("device", "pump-2");
      house.enrol("service", "collector");
      JsonNode bom = inventory(house);
      assertThat(bom.path("specVersion").asString()).isEqualTo("1.6");
      Map<String, Map<String, String>> assets = assets(bom);
      assertThat(assets.get("device certificates"))
          .containsEntry("algorithm", "ECDSA P-256")
          .containsEntry("count", "2")
          .containsEntry("quantum", "forged");
      assertThat(assets.get("service certificates")).containsEntry("count", "1");
      assertThat(assets)
          .containsKeys("root", "issuing-1", "key-encryption-key", "log", "listener for operators");
      assertThat(assets.get("listener for operators")).containsEntry("quantum", "read-later");
      assertThat(algorithms(bom, "none")).contains("AES-256-GCM", "ML-DSA-44", "X25519MLKEM768");
      assertThat(algorithms(bom, "forged")).contains("ECDSA P-256", "Ed25519");
      assertThat(algorithms(bom, "unknown")).isEmpty();
      eachAssetRestsOnOneAlgorithmThatIsThere(bom);
    }
  }

  private static JsonNode inventory(RunningHouse house) {
    RunningHouse.Answer answer = house.operator("GET", "/crypto/inventory", "");
    assertThat(answer.status()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.text());
  }

  private static Map<String, Map<String, String>> assets(JsonNode bom) {
    Map<String, Map<String, String>> assets = new HashMap<>();
    bom.path("components")
        .valueStream()
        .filter(each -> each.path("bom-ref").asString().startsWith("asset-"))
        .forEach(each -> assets.put(each.path("name").asString(), properties(each)));
    return assets;
  }

  private static List<String> algorithms(JsonNode bom, String quantum) {
    return bom.path("components")
        .valueStream()
        .filter(each -> each.path("bom-ref").asString().startsWith("algorithm/"))
        .filter(each -> quantum.equals(properties(each).get("quantum")))
        .map(each -> each.path("name").asString())
        .toList();
  }

  private static Map<String, String> properties(JsonNode component) {
    Map<String, String> found = new HashMap<>();
    component
        .path("properties")
        .valueStream()
        .forEach(each ->
            found.put(
                each.path("name").asString().replace("thingward:", ""),
                each.path("value").asString()));
    return found;
  }

  private static void eachAssetRestsOnOneAlgorithmThatIsThere(JsonNode bom) {
    List<String> references =
        bom.path("components").valueStream().map(each -> each.path("bom-ref").asString()).toList();
    assertThat(references).doesNotHaveDuplicates();
    assertThat(bom.path("dependencies").valueStream())
        .hasSize((int) references.stream().filter(one -> one.startsWith("asset-")).count())
        .allSatisfy(
            each -> assertThat(references).contains(each.path("dependsOn").path(0).asString()));
  }
}

package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.app.RunningHouse.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device whose every key is in its TPM, one of swtpm that tpm2-tools uses: it enrols, shows whose
 * TPM it has and where its key is, and quotes its boot.
 */
final class AttestedDevice {
  private static final String BASE = "/.well-known/thingward/attestation/";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RunningHouse house;
  private final String id;
  private final TestTpm tpm;
  private final TpmDevice device;

  /**
   * One that is in the inventory, and enrols by a token.
   *
   * @param authority the file of the house's authority
   */
  AttestedDevice(RunningHouse house, String id, TestTpm tpm, Path authority) throws Exception {
    this.house = house;
    this.id = id;
    this.tpm = tpm;
    tpm.makeTlsKey();
    byte[] certificate = house.enrolElsewhere(id, tpm.file("tls.csr"));
    this.device = new TpmDevice(tpm, certificate, Files.readAllBytes(authority));
  }

  /** Registers a device of the release 1.0.0 of a product. */
  static void register(RunningHouse house, String device, String product) {
    house.operator("PUT", "/products/" + product, "{\"maker\":\"works\"}");
    house.operator("PUT", "/releases/" + product + "/1.0.0", "{\"released\":\"2026-11-01\"}");
    String record =
        "{\"id\":\"%s\",\"product\":\"%s\",\"release\":\"1.0.0\",\"region\":\"north\",\"lifecycle\":\"active\"}"
            .formatted(device, product);
    Answer made = house.operator("POST", "/devices", record);
    assertThat(made.status()).as(made.text()).isBetween(200, 299);
  }

  /** Up to level 5, affirming: what it quotes becomes what its product's release should boot. */
  void attest(String product) {
    Answer unused = prove();
    Answer resident = showOwnKey();
    assertThat(resident.status()).as(resident.text()).isEqualTo(200);
    Answer quoted = quote();
    assertThat(quoted.status()).as(quoted.text()).isEqualTo(200);
    believe(house, id, product);
    assertThat(posture(house, id).path("assurance").asString()).isEqualTo("L5");
    assertThat(posture(house, id).path("tier").asInt()).isEqualTo(2);
  }

  /** Shows the TPM's endorsement, and opens what only that TPM can. */
  Answer prove() {
    Map<String, String> keys = Map.of("ek-certificate", "ek.der", "ek", "ek.pub", "ak", "ak.pub");
    Answer sealed = post(BASE + "key", body(tpm, keys));
    assertThat(sealed.status()).as(sealed.text()).isEqualTo(200);
    tpm.store("sealed", Base64.getDecoder().decode(tree(sealed).path("credential").asString()));
    tpm.activate("sealed", "opened");
    Answer proved = post(BASE + "key/proof", body(tpm, Map.of("secret", "opened")));
    assertThat(proved.status()).as(proved.text()).isEqualTo(200);
    return proved;
  }

  /** Shows that the key it speaks by is in the TPM too. */
  Answer showOwnKey() {
    return post(
        BASE + "resident-key",
        body(
            tpm,
            Map.of(
                "ak", "ak.pub",
                "key", "tls.pub",
                "certification", "certification",
                "signature", "signed")));
  }

  Answer quote() {
    tpm.quote(tree(post(BASE + "nonce", "")).path("nonce").asString());
    return post(
        BASE + "quote",
        body(
            tpm,
            Map.of("ak", "ak.pub", "quote", "quote", "signature", "signature", "pcrs", "pcrs")));
  }

  Answer post(String path, String json) {
    return device.post(house.server().endpoints().https(), path, json);
  }

  TpmDevice.Session connect() {
    return device.connect(house.server().endpoints().mqtt(), id);
  }

  TestTpm tpm() {
    return tpm;
  }

  /** What the device quoted last is what its release should boot. */
  static void believe(RunningHouse house, String device, String product) {
    String measured = "";
    for (JsonNode each :
        tree(house.operator("GET", "/evidence?subject=device:" + device, "")).path("items")) {
      if (each.path("kind").asString().equals("boot")) {
        measured = each.path("claims").path("boot.measurement").path("measurement").asString();
      }
    }
    Answer put =
        house.operator(
            "PUT",
            "/reference-values",
            "{\"reference-values\":1,\"releases\":{\"%s@1.0.0\":{\"boot.measurement\":[\"%s\"]}}}"
                .formatted(product, measured));
    assertThat(put.status()).as(put.text()).isBetween(200, 299);
  }

  static JsonNode posture(RunningHouse house, String device) {
    return tree(house.operator("GET", "/postures/device:" + device, ""));
  }

  /** Files of the TPM's folder, in base64, as members of a JSON object. */
  static String body(TestTpm from, Map<String, String> files) {
    Map<String, String> body = new LinkedHashMap<>();
    files.forEach(
        (member, file) -> body.put(member, Base64.getEncoder().encodeToString(from.file(file))));
    return JSON.writeValueAsString(body);
  }

  private static JsonNode tree(Answer answer) {
    return JSON.readTree(answer.text());
  }
}

package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.app.RunningHouse.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A TPM of swtpm, used by tpm2-tools, attests over HTTPS by curl. */
class AttestationTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BASE = "/.well-known/thingward/attestation/";

  @TempDir static Path folder;
  private static RunningHouse house;
  private static TestTpm tpm;

  @BeforeAll
  static void start() throws Exception {
    tpm = new TestTpm(folder.resolve("tpm"), folder.resolve("maker"));
    Path roots = folder.resolve("roots.pem");
    Files.writeString(roots, TestTpm.roots(folder.resolve("maker")));
    house = new RunningHouse(folder, "--tpm-ca", roots.toString());
  }

  @AfterAll
  static void stop() {
    if (house != null) {
      house.close();
    }
    if (tpm != null) {
      tpm.close();
    }
  }

  @Test
  void a_device_whose_boot_is_its_releases_rises_and_is_cut_once_a_pcr_is_extended()
      throws Exception {
    enrolled("gate-1");
    assertThat(prove("gate-1", tpm).status()).isEqualTo(200);
    assertThat(quote("gate-1", tpm).status()).isEqualTo(200);
    assertThat(tier("gate-1")).as("nothing is known of its release's boot").isEqualTo(32);
    believe("gate-1", "gate");
    assertThat(tier("gate-1")).isEqualTo(2);
    Process client = house.subscribe("gate-1", "c/gate-1/#");
    RunningHouse.eventually("subscribed", () -> house.said(client).contains("Subscribed"));
    tpm.extend(7, "11".repeat(32));
    assertThat(quote("gate-1", tpm).status()).isEqualTo(200);
    assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(house.said(client)).contains("Received DISCONNECT (135)");
    assertThat(tier("gate-1")).isEqualTo(96);
    assertThat(house.operator("GET", "/postures/device:gate-1", "").text())
        .contains("boot.measurement differs");
  }

  @Test
  void a_device_whose_every_key_is_in_its_tpm_is_of_level_5_and_cut_once_a_pcr_is_extended()
      throws Exception {
    registered("hard-1", "vault");
    try (TestTpm own = another("hard")) {
      own.makeTlsKey();
      byte[] certificate = house.enrolElsewhere("hard-1", own.file("tls.csr"));
      byte[] authority = Files.readAllBytes(folder.resolve("clients/ca.pem"));
      TpmDevice device = new TpmDevice(own, certificate, authority);
      assertThat(assurance("hard-1")).as("where its key is, nobody knows").isEqualTo("L3");
      prove(device, own);
      String certified =
          body(
              own,
              Map.of(
                  "ak",
                  "ak.pub",
                  "key",
                  "tls.pub",
                  "certification",
                  "certification",
                  "signature",
                  "signed"));
      Answer resident = device.post(https(), BASE + "resident-key", certified);
      assertThat(resident.status()).as(resident.text()).isEqualTo(200);
      assertThat(assurance("hard-1")).isEqualTo("L4");
      assertThat(quote(device, own).status()).isEqualTo(200);
      believe("hard-1", "vault");
      assertThat(assurance("hard-1")).isEqualTo("L5");
      assertThat(tier("hard-1")).isEqualTo(2);
      assertThat(found("assurance:5")).contains("hard-1");
      assertThat(found("assurance:<4")).doesNotContain("hard-1");

      try (TpmDevice.Session session =
          device.connect(house.server().endpoints().mqtt(), "hard-1")) {
        assertThat(session.packet()).startsWith(0x20, 0, 0);
        own.extend(7, "22".repeat(32));
        assertThat(quote(device, own).status()).isEqualTo(200);
        assertThat(session.packet()).as("DISCONNECT, not authorized").startsWith(0xE0, 0x87);
      }
      assertThat(tier("hard-1")).isEqualTo(96);
      assertThat(assurance("hard-1")).as("what it booted is known to be wrong").isEqualTo("L4");
    }
  }

  @Test
  void a_key_that_its_tpm_did_not_certify_or_another_certified_raises_nobody() {
    enrolled("soft-1");
    enrolled("soft-2");
    try (TestTpm own = another("soft");
        TestTpm other = another("other-tpm")) {
      own.makeTlsKey();
      other.makeTlsKey();
      assertThat(resident("soft-1", own).text()).contains("key-unknown");
      prove("soft-1", own);
      assertThat(resident("soft-2", own).text()).contains("key-unknown");
      own.store("certification", other.file("certification"));
      assertThat(resident("soft-1", own).text()).contains("another key is certified");
      own.store("tls.pub", other.file("tls.pub"));
      assertThat(resident("soft-1", own).text()).contains("not this key's over these bytes");
      assertThat(assurance("soft-1")).isEqualTo("L3");
    }
    try (TestTpm own = another("soft-again")) {
      // Its TPM's key counts for certificates of that key, and it has one of another.
      enrolled("soft-3");
      own.makeTlsKey();
      prove("soft-3", own);
      assertThat(resident("soft-3", own).status()).isEqualTo(200);
      assertThat(assurance("soft-3")).isEqualTo("L3");
    }
  }

  private static Answer resident(String device, TestTpm with) {
    return post(
        device,
        "resident-key",
        with,
        Map.of(
            "ak",
            "ak.pub",
            "key",
            "tls.pub",
            "certification",
            "certification",
            "signature",
            "signed"));
  }

  private static int https() {
    return house.server().endpoints().https();
  }

  private static void prove(TpmDevice device, TestTpm with) {
    Map<String, String> keys = Map.of("ek-certificate", "ek.der", "ek", "ek.pub", "ak", "ak.pub");
    Answer sealed = device.post(https(), BASE + "key", body(with, keys));
    assertThat(sealed.status()).as(sealed.text()).isEqualTo(200);
    with.store("sealed", Base64.getDecoder().decode(tree(sealed).path("credential").asString()));
    with.activate("sealed", "opened");
    Answer proved =
        device.post(https(), BASE + "key/proof", body(with, Map.of("secret", "opened")));
    assertThat(proved.status()).as(proved.text()).isEqualTo(200);
  }

  private static Answer quote(TpmDevice device, TestTpm with) {
    Answer nonce = device.post(https(), BASE + "nonce", "");
    with.quote(tree(nonce).path("nonce").asString());
    return device.post(
        https(),
        BASE + "quote",
        body(
            with,
            Map.of("ak", "ak.pub", "quote", "quote", "signature", "signature", "pcrs", "pcrs")));
  }

  private static String assurance(String device) {
    return tree(house.operator("GET", "/postures/device:" + device, ""))
        .path("assurance")
        .asString();
  }

  private static String found(String query) {
    return house.operator("GET", "/fleet?query=" + query.replace("<", "%3C"), "").text();
  }

  @Test
  void a_proved_key_gets_a_certificate_that_openssl_verifies_and_takes_for_no_clients()
      throws Exception {
    enrolled("sealed-1");
    try (TestTpm own = another("sealed")) {
      Path file = folder.resolve("clients/ak.pem");
      Files.writeString(file, tree(prove("sealed-1", own)).path("certificate").asString());
      assertThat(house.run("openssl", "verify", "-CAfile", "ca.pem", "ak.pem")).contains("OK");
      assertThat(house.run("openssl", "x509", "-in", "ak.pem", "-noout", "-text"))
          .contains("2.23.133.8.3", "sealed-1", "Digital Signature");
      assertThatThrownBy(() ->
              house.run(
                  "openssl", "verify", "-purpose", "sslclient", "-CAfile", "ca.pem", "ak.pem"))
          .hasMessageContaining("unsuitable certificate purpose");
      assertThat(tree(prove("sealed-1", own)).path("certificate").asString())
          .as("the same to who asks again")
          .isEqualTo(Files.readString(file));
    }
  }

  @Test
  void I3_a_copy_of_a_tpm_is_caught_once_the_original_was_started_again() {
    enrolled("twin-1");
    TestTpm original = another("original");
    try (original) {
      assertThat(prove("twin-1", original).status()).isEqualTo(200);
      assertThat(quote("twin-1", original).status()).isEqualTo(200);
      try (TestTpm copy = original.copy(folder.resolve("copy"))) {
        // Before that no counter shows it.
        assertThat(quote("twin-1", copy).status()).isEqualTo(200);
        original.reset();
        assertThat(quote("twin-1", original).status()).isEqualTo(200);
        Answer caught = quote("twin-1", copy);
        assertThat(caught.status()).as(caught.text()).isEqualTo(403);
        assertThat(caught.text()).contains("tpm-copied");
        assertThat(tier("twin-1")).isEqualTo(96);
      }
    }
  }

  @Test
  void one_tpm_under_two_names_is_refused_and_on_record() {
    enrolled("first-1");
    enrolled("second-1");
    try (TestTpm shared = another("shared")) {
      assertThat(prove("first-1", shared).status()).isEqualTo(200);
      Answer taken = prove("second-1", shared);
      assertThat(taken.status()).as(taken.text()).isEqualTo(409);
      assertThat(taken.text()).contains("tpm-taken");
      assertThat(quote("second-1", shared).text()).contains("key-unknown");
      assertThat(house.operator("GET", "/postures/device:second-1", "").text())
          .contains("tpm.holder is contested");
      assertThat(quote("first-1", shared).status()).isEqualTo(200);
      // Also by a new key of the same TPM.
      shared.makeKey();
      assertThat(prove("second-1", shared).status()).isEqualTo(409);
    }
  }

  @Test
  void what_is_old_another_devices_or_not_opened_is_refused_with_the_reason() {
    enrolled("old-1");
    enrolled("other-1");
    try (TestTpm own = another("own")) {
      assertThat(quote("old-1", own).text()).contains("key-unknown");
      Answer sealed = show("old-1", own);
      own.store("opened", new byte[32]);
      assertThat(sealed.status()).isEqualTo(200);
      assertThat(proof("old-1", own).text()).contains("not-opened");
      assertThat(proof("old-1", own).text()).as("good once").contains("nothing-asked");
      assertThat(prove("old-1", own).status()).isEqualTo(200);
      assertThat(quote("old-1", own).status()).isEqualTo(200);
      // The same quote once more, without a nonce, over a later one, and by another device.
      assertThat(sendQuote("old-1", own).text()).contains("nothing-asked");
      nonce("old-1");
      assertThat(sendQuote("old-1", own).text()).contains("answers another nonce");
      nonce("other-1");
      assertThat(sendQuote("other-1", own).text()).contains("key-unknown");
    }
  }

  @Test
  void a_tpm_that_no_maker_endorsed_whom_this_installation_believes_is_refused() {
    enrolled("foreign-1");
    try (TestTpm foreign = new TestTpm(folder.resolve("foreign"), folder.resolve("stranger"))) {
      Answer refused = show("foreign-1", foreign);
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text()).contains("not-endorsed");
      // Its own key under the certificate of a believed one.
      foreign.store("ek.der", tpm.file("ek.der"));
      assertThat(show("foreign-1", foreign).text()).contains("of another key");
    }
  }

  @Test
  void an_endorsement_key_on_a_curve_opens_what_is_sealed_to_it() {
    enrolled("curve-1");
    try (TestTpm curved =
        new TestTpm(folder.resolve("curved"), folder.resolve("maker"), TestTpm.Endorsement.P384)) {
      assertThat(prove("curve-1", curved).status()).isEqualTo(200);
      assertThat(quote("curve-1", curved).status()).isEqualTo(200);
    }
  }

  private static TestTpm another(String name) {
    return new TestTpm(folder.resolve(name), folder.resolve("maker"));
  }

  /** A device with a record of its release, and a certificate. */
  private static void enrolled(String device) {
    registered(device, "gate");
    house.enrol("device", device);
  }

  private static void registered(String device, String product) {
    house.operator("PUT", "/products/" + product, "{\"maker\":\"works\"}");
    house.operator("PUT", "/releases/" + product + "/1.0.0", "{\"released\":\"2026-11-01\"}");
    Answer made =
        house.operator(
            "POST",
            "/devices",
            "{\"id\":\""
                + device
                + "\",\"product\":\""
                + product
                + "\",\"release\":\"1.0.0\",\"region\":\"north\",\"lifecycle\":\"active\"}");
    assertThat(made.status()).as(made.text()).isBetween(200, 299);
  }

  /** What the device quoted last is what its release should boot. */
  private static void believe(String device, String product) {
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

  private static int tier(String device) {
    return tree(house.operator("GET", "/postures/device:" + device, "")).path("tier").asInt();
  }

  private static Answer prove(String device, TestTpm with) {
    Answer sealed = show(device, with);
    assertThat(sealed.status()).as(sealed.text()).isEqualTo(200);
    with.store("sealed", Base64.getDecoder().decode(tree(sealed).path("credential").asString()));
    with.activate("sealed", "opened");
    return proof(device, with);
  }

  private static Answer show(String device, TestTpm with) {
    return post(
        device, "key", with, Map.of("ek-certificate", "ek.der", "ek", "ek.pub", "ak", "ak.pub"));
  }

  private static Answer proof(String device, TestTpm with) {
    return post(device, "key/proof", with, Map.of("secret", "opened"));
  }

  private static Answer quote(String device, TestTpm with) {
    with.quote(nonce(device));
    return sendQuote(device, with);
  }

  private static String nonce(String device) {
    Answer nonce = house.device(device, BASE + "nonce", "-X", "POST");
    assertThat(nonce.status()).as(nonce.text()).isEqualTo(200);
    return tree(nonce).path("nonce").asString();
  }

  private static Answer sendQuote(String device, TestTpm with) {
    return post(
        device,
        "quote",
        with,
        Map.of("ak", "ak.pub", "quote", "quote", "signature", "signature", "pcrs", "pcrs"));
  }

  private static String body(TestTpm from, Map<String, String> files) {
    Map<String, String> body = new LinkedHashMap<>();
    files.forEach(
        (member, file) -> body.put(member, Base64.getEncoder().encodeToString(from.file(file))));
    return JSON.writeValueAsString(body);
  }

  private static Answer post(String device, String path, TestTpm from, Map<String, String> files) {
    return house.device(
        device, BASE + path, "-H", "content-type: application/json", "-d", body(from, files));
  }

  private static JsonNode tree(Answer answer) {
    return JSON.readTree(answer.text());
  }
}

package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.app.RunningHouse.Answer;
import org.thingward.device.SoftwareTpm;
import org.thingward.identity.AcmeClient;
import org.thingward.identity.TestCbor;
import org.thingward.platform.DeviceResponse;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Tier;
import org.thingward.verify.boot.BootLog;
import org.thingward.verify.ear.Ear;
import org.thingward.verify.ear.EarKeys;
import org.thingward.verify.ear.SignedEar;
import org.thingward.verify.reference.TestReleases;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A TPM of swtpm, used by tpm2-tools, attests over HTTPS by curl. */
class AttestationTest {
  private static final Map<String, String> RESIDENT =
      Map.of(
          "ak",
          "ak.pub",
          "key",
          "tls.pub",
          "certification",
          "certification",
          "signature",
          "signed");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ContractSchemas CONTRACT = ContractSchemas.ofResource();
  private static final String BASE = "/.well-known/thingward/attestation/";

  @TempDir static Path folder;
  private static RunningHouse house;
  private static TestTpm tpm;

  @BeforeAll
  static void start() throws Exception {
    tpm = new TestTpm(folder.resolve("tpm"), folder.resolve("maker"));
    Path roots = folder.resolve("roots.pem");
    Files.writeString(roots, SoftwareTpm.roots(folder.resolve("maker")));
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
  void a_boot_is_shown_pcr_by_pcr_in_words_with_what_differs_from_the_reference() throws Exception {
    registered("shown-1", "window");
    house.enrol("device", "shown-1");
    try (TestTpm own = another("shown")) {
      assertThat(boot("shown-1").path("boot").isMissingNode()).isTrue();
      prove("shown-1", own);
      byte[] log = resource("/org/thingward/verify/boot/sb_cert_eventlog");
      own.measure(log);
      assertThat(quote("shown-1", own, log).status()).isEqualTo(200);
      JsonNode first = boot("shown-1").path("boot");
      assertThat(first.path("secure-boot").asString()).isEqualTo("on");
      assertThat(first.path("reference").asString()).isEqualTo("unknown");
      assertThat(first.path("events").toString())
          .contains("\"words\":\"variable SecureBoot on\"", "BOOTX64.EFI", "\"EV_SEPARATOR\"");
      believe("shown-1", "window");
      assertThat(boot("shown-1").path("boot").path("reference").asString()).isEqualTo("matches");

      byte[] more = concatenated(log, measuredAction(4, "Exit Boot Services Invocation"));
      own.measure(more, BootLog.read(log).events().size());
      assertThat(quote("shown-1", own, more).status()).isEqualTo(200);
      JsonNode second = boot("shown-1").path("boot");
      assertThat(second.path("reference").asString()).isEqualTo("differs");
      assertThat(second.path("beside").asString()).isEqualTo("reference");
      List<Integer> differing = new ArrayList<>();
      second
          .path("pcrs")
          .forEach(pcr -> {
            if (pcr.has("other")) {
              differing.add(pcr.path("pcr").asInt());
              assertThat(pcr.path("other")).isEqualTo(first.path("pcrs").get(4).path("value"));
            }
          });
      assertThat(differing).containsExactly(4);
      List<String> added = new ArrayList<>();
      second
          .path("events")
          .forEach(event -> {
            if (event.path("new").asBoolean(false)) {
              added.add(event.path("words").asString());
            }
          });
      assertThat(added).containsExactly("action Exit Boot Services Invocation");

      // What the database says otherwise than the record is shown to nobody.
      house.sql("UPDATE attestation.boot SET log = '\\x00' WHERE device = 'shown-1'");
      assertThat(boot("shown-1").path("boot").path("events")).isEmpty();
      house.sql(
          "UPDATE attestation.boot SET \"values\"[1] = repeat('0', 64) WHERE device = 'shown-1'");
      JsonNode changed = boot("shown-1").path("boot");
      assertThat(changed.path("pcrs")).isEmpty();
      assertThat(changed.path("reference").asString()).isEqualTo("differs");
    }
  }

  /** The boot as an operator sees it, which the contract describes. */
  private static JsonNode boot(String device) {
    Answer answer = house.operator("GET", "/devices/" + device + "/boot", "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(CONTRACT.breaches("DeviceBoot", answer.text())).as(answer.text()).isEmpty();
    return tree(answer);
  }

  /** A TCG_PCR_EVENT2 of EV_EFI_ACTION with a digest of SHA-256. */
  private static byte[] measuredAction(int pcr, String text) throws Exception {
    byte[] data = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(4 + 4 + 4 + 2 + 32 + 4 + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(pcr)
        .putInt(0x8000_0007)
        .putInt(1)
        .putShort((short) 0x000B)
        .put(sha256(text))
        .putInt(data.length)
        .put(data)
        .array();
  }

  private static byte[] concatenated(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte[] resource(String name) throws java.io.IOException {
    try (var in = AttestationTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void a_device_whose_every_key_is_in_its_tpm_is_of_level_5_and_cut_once_a_pcr_is_extended()
      throws Exception {
    registered("hard-1", "vault");
    try (TestTpm own = another("hard")) {
      AttestedDevice device = attesting("hard-1", own);
      assertThat(assurance("hard-1")).as("where its key is, nobody knows").isEqualTo("L3");
      Answer unused = device.prove();
      Answer resident = device.showOwnKey();
      assertThat(resident.status()).as(resident.text()).isEqualTo(200);
      assertThat(assurance("hard-1")).isEqualTo("L4");
      assertThat(device.quote().status()).isEqualTo(200);
      believe("hard-1", "vault");
      assertThat(assurance("hard-1")).isEqualTo("L5");
      assertThat(tier("hard-1")).isEqualTo(2);
      assertThat(found("assurance:5")).contains("hard-1");
      Ear.Appraised result = result("hard-1");
      assertThat(result.status()).isEqualTo(Tier.AFFIRMING);
      assertThat(result.vector().of(Component.EXECUTABLES)).isEqualTo(Tier.AFFIRMING);
      assertThat(result.assurance()).contains("L5");
      assertThat(house.operator("GET", "/devices/hard-1/ear", "").text())
          .as("the same while it says the same")
          .isEqualTo(house.operator("GET", "/devices/hard-1/ear", "").text());
      assertThat(found("assurance:<4")).doesNotContain("hard-1");

      try (TpmDevice.Session session = device.connect()) {
        assertThat(session.packet()).startsWith(0x20, 0, 0);
        own.extend(7, "22".repeat(32));
        assertThat(device.quote().status()).isEqualTo(200);
        assertThat(session.packet()).as("DISCONNECT, not authorized").startsWith(0xE0, 0x87);
      }
      assertThat(tier("hard-1")).isEqualTo(96);
      assertThat(result("hard-1").status()).isEqualTo(Tier.CONTRAINDICATED);
      assertThat(assurance("hard-1")).as("what it booted is known to be wrong").isEqualTo("L4");
    }
  }

  @Test
  void I3_of_two_who_hold_its_key_the_one_who_proves_its_endorsement_key_comes_back()
      throws Exception {
    registered("held-1", "gallery");
    registered("plain-held", "gallery");
    try (TestTpm own = another("held")) {
      String keys = "{\"keys\":[\"" + own.endorsementKey() + "\"]}";
      house.operator("POST", "/products/gallery/endorsement-keys", keys);
      AttestedDevice device = attesting("held-1", own);
      assertThat(tree(device.prove()).has("token")).as("nobody else holds it").isFalse();
      overlap(device, "held-1");
      assertThat(tree(device.prove()).has("token"))
          .as("its key was not known to be in the TPM: whose TPM it is could be a thief's word")
          .isFalse();
      Answer unused = device.showOwnKey();
      assertThat(assurance("held-1")).isEqualTo("L4");
      assertThat(tier("held-1")).isEqualTo(96);

      String token = tree(device.prove()).path("token").asString();
      own.makeDeviceKey();
      assertThatThrownBy(() -> house.enrolElsewhere(token, "plain-held", own.file("request.der")))
          .as("it is the device's alone")
          .isInstanceOf(AssertionError.class);
      byte[] renewed = house.enrolElsewhere(token, "held-1", own.file("request.der"));
      assertThat(renewed).isNotEmpty();
      assertThat(tier("held-1")).isNotEqualTo(96);
      assertThat(device.post(BASE + "nonce", "").status())
          .as("the key that two held opens nothing")
          .isEqualTo(403);
    }
  }

  @Test
  void a_device_whose_tpm_is_on_its_products_list_gets_its_first_certificate_by_the_tpm_alone()
      throws Exception {
    registered("born-1", "cradle");
    registered("born-2", "cradle");
    try (TestTpm own = another("born")) {
      assertThat(first("born-1", own).text()).as("no list yet").contains("tpm-not-listed");
      String keys = "{\"keys\":[\"" + own.endorsementKey() + "\"]}";
      house.operator("POST", "/products/cradle/endorsement-keys", keys);
      assertThat(first("gate-1", own).text()).as("of another product").contains("tpm-not-listed");
      assertThat(first("nobody", own).text()).as("of none").contains("tpm-not-listed");
      Answer sealed = first("born-1", own);
      assertThat(sealed.text()).contains("credential");
      own.store("opened", new byte[32]);
      assertThat(firstProof(sealed, own).text()).contains("not-opened");
      assertThat(firstProof(sealed, own).text()).as("good once").contains("nothing-asked");
      String token = tree(begin("born-1", own)).path("token").asString();
      own.makeDeviceKey();
      assertThat(house.enrolElsewhere(token, "born-1", own.file("request.der"))).isNotEmpty();
      assertThat(tier("born-1")).isEqualTo(2);
      assertThat(begin("born-1", own).text()).contains("enrolled-before");
      assertThat(begin("born-2", own).text()).as("one TPM is one device's").contains("tpm-taken");
    }
  }

  @Test
  void a_tpm_that_is_listed_for_a_device_begins_as_that_one_and_as_no_other_of_its_product()
      throws Exception {
    registered("named-1", "crib");
    registered("named-2", "crib");
    try (TestTpm own = another("named")) {
      String key = own.endorsementKey().toString();
      String list = "{\"keys\":[\"%1$s\"],\"devices\":{\"%1$s\":\"named-1\"}}".formatted(key);
      Answer taken = house.operator("POST", "/products/crib/endorsement-keys", list);
      assertThat(tree(taken).path("devices").path(key).asString()).isEqualTo("named-1");
      String moved = list.replace("named-1", "named-2");
      assertThat(house.operator("POST", "/products/crib/endorsement-keys", moved).text())
          .contains("listed-for-another");

      Answer refused = begin("named-2", own);
      assertThat(refused.text())
          .contains("tpm-listed-for-another", "403")
          .doesNotContain("named-1");
      assertThat(tree(begin("named-1", own)).path("token").asString()).isNotEmpty();
    }
  }

  private static Answer begin(String device, TestTpm with) {
    Answer sealed = first(device, with);
    assertThat(sealed.text()).contains("credential");
    with.store("sealed", Base64.getDecoder().decode(tree(sealed).path("credential").asString()));
    with.activate("sealed", "opened");
    return firstProof(sealed, with);
  }

  private static Answer first(String device, TestTpm with) {
    Map<String, String> keys = Map.of("ek-certificate", "ek.der", "ek", "ek.pub", "ak", "ak.pub");
    return anybody(
        "first",
        AttestedDevice.body(with, keys).replaceFirst("}$", ",\"device\":\"" + device + "\"}"));
  }

  private static Answer firstProof(Answer sealed, TestTpm with) {
    String challenge = tree(sealed).path("challenge").asString();
    String secret = AttestedDevice.body(with, Map.of("secret", "opened"));
    return anybody(
        "first/proof", secret.replaceFirst("}$", ",\"challenge\":\"" + challenge + "\"}"));
  }

  /** Without a certificate. */
  private static Answer anybody(String path, String body) {
    String url = "https://localhost:" + https() + BASE + path;
    String json = "content-type: application/json";
    return new Answer(
        200, "", house.run("curl", "-sS", "--cacert", "ca.pem", "-H", json, "-d", body, url));
  }

  /** Two use one key at the same time. */
  private static void overlap(AttestedDevice device, String name) throws Exception {
    try (TpmDevice.Session first = device.connect();
        TpmDevice.Session second = device.connect()) {
      assertThat(first.packet()).startsWith(0x20, 0, 0);
      assertThat(second.packet()).startsWith(0x20, 0, 0);
      first.socket().getOutputStream().write(new byte[] {(byte) 0xC0, 0});
      RunningHouse.eventually("both fell", () -> tier(name) == 96);
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

  @Test
  void
      a_device_without_a_tpm_says_what_it_runs_by_curl_and_openssl_and_falls_when_it_is_not_its_release()
          throws Exception {
    registered("plain-1", "sensor");
    house.enrol("device", "plain-1");
    Path firmware = folder.resolve("clients/firmware.bin");
    Files.writeString(firmware, "release 1.0.0");
    assertThat(attestSoftware("plain-1")).contains("\"receipt\"");
    assertThat(tier("plain-1")).as("nothing is known of its release's firmware").isEqualTo(32);
    publish("sensor", "software.component.firmware", Digest.of(Files.readAllBytes(firmware)));
    assertThat(tier("plain-1")).isEqualTo(2);
    assertThat(assurance("plain-1")).isEqualTo("L3");
    String token = Files.readString(folder.resolve("clients/software.jwt"));
    assertThat(house.device("plain-1", BASE + "software", "-d", token).text())
        .as("the same once more")
        .contains("nothing-asked");
    nonce("plain-1");
    assertThat(house.device("plain-1", BASE + "software", "-d", token).text())
        .contains("answers another nonce");
    enrolled("plain-2");
    nonce("plain-2");
    assertThat(house.device("plain-2", BASE + "software", "-d", token).text())
        .as("another device's")
        .contains("is not this key's");
    Files.writeString(firmware, "something else");
    assertThat(attestSoftware("plain-1")).contains("\"receipt\"");
    assertThat(tier("plain-1")).isEqualTo(96);
    assertThat(house.operator("GET", "/postures/device:plain-1", "").text())
        .contains("software.component.firmware differs");
  }

  /** The maker of the product's releases publishes a value, and an operator takes it. */
  private static void publish(String product, String claim, Digest value) throws Exception {
    house.run("openssl", "genpkey", "-algorithm", "ed25519", "-out", "release.key");
    String document =
        TestReleases.document(product, 1, "1.0.0", value).replace("boot.measurement", claim);
    Files.writeString(folder.resolve("clients/values.json"), document);
    house.run("bash", "-euo", "pipefail", "-c", recipe("kid=sha256:"));
    String key =
        house.run("bash", "-c", "openssl pkey -in release.key -pubout -outform DER | base64 -w0");
    String policy = house.operator("GET", "/policy", "").text();
    String signing = policy + "products: {" + product + ": {release-keys: [\"" + key + "\"]}}\n";
    put("/policy?reason=its+maker+signs", "application/yaml", signing);
    String signed = Files.readString(folder.resolve("clients/values.jws"));
    Answer taken = house.operator("POST", "/reference-values", "application/jose", signed);
    assertThat(taken.status()).as(taken.text()).isBetween(200, 299);
    put("/policy?reason=as+it+was", "application/yaml", policy);
  }

  private static void put(String path, String type, String body) {
    Answer answer = house.operator("PUT", path, type, body);
    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
  }

  /** Commands as docs/attestation.md has them, to the letter: those in which this stands. */
  private static String recipe(String words) throws Exception {
    String document = Files.readString(Path.of("../docs/attestation.md"));
    int within = document.indexOf(words);
    int begin = document.lastIndexOf("```", within) + 3;
    return document.substring(begin, document.indexOf("```", within));
  }

  private static String attestSoftware(String device) throws Exception {
    String ask =
        """
        cp %1$s.key device.key
        ask() { tee software.jwt | curl -sS --cacert ca.pem --cert %1$s.pem --key %1$s.key \
          -H 'content-type: application/json' "https://localhost:%2$d%3$s$1" -d @-; }
        """
            .formatted(device, https(), BASE);
    return house.run("bash", "-euo", "pipefail", "-c", ask + recipe("eat_nonce"));
  }

  private static Answer resident(String device, TestTpm with) {
    return post(device, "resident-key", with, RESIDENT);
  }

  private static int https() {
    return house.server().endpoints().https();
  }

  private static AttestedDevice attesting(String id, TestTpm with) throws Exception {
    return new AttestedDevice(house, id, with, folder.resolve("clients/ca.pem"));
  }

  private static String assurance(String device) {
    return tree(house.operator("GET", "/postures/device:" + device, ""))
        .path("assurance")
        .asString();
  }

  /** The signed result, verified by the keys that anybody can fetch. */
  private static Ear.Appraised result(String device) {
    String keys =
        house.run(
            "curl",
            "-sSf",
            "--cacert",
            "ca.pem",
            "https://localhost:" + https() + "/.well-known/thingward/ear/jwks.json");
    Answer answer = house.operator("GET", "/devices/" + device + "/ear", "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return new SignedEar(tree(answer).path("ear").asString())
        .verified(EarKeys.read(keys.getBytes(StandardCharsets.UTF_8)), Instant.now())
        .parts()
        .get("device:" + device);
  }

  private static String found(String query) {
    return house.operator("GET", "/fleet?query=" + query.replace("<", "%3C"), "").text();
  }

  @Test
  void a_tpm_that_is_not_on_its_products_list_is_refused_and_on_record() {
    String path = "/products/lock/endorsement-keys";
    try (TestTpm listed = another("listed");
        TestTpm other = another("unlisted")) {
      registered("lock-1", "lock");
      registered("lock-2", "lock");
      house.enrol("device", "lock-1");
      house.enrol("device", "lock-2");
      Answer allowed =
          house.operator("POST", path, "{\"keys\":[\"" + listed.endorsementKey() + "\"]}");
      assertThat(allowed.status()).as(allowed.text()).isEqualTo(200);
      assertThat(prove("lock-1", listed).status()).isEqualTo(200);
      Answer refused = prove("lock-2", other);
      assertThat(refused.status()).as(refused.text()).isEqualTo(403);
      assertThat(refused.text()).contains("tpm-not-allowed");
      assertThat(house.operator("GET", "/postures/device:lock-2", "").text())
          .contains("tpm.holder is unlisted");
      assertThat(house.operator("DELETE", path, "").status()).isBetween(200, 299);
      assertThat(prove("lock-2", other).status()).isEqualTo(200);
    }
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

  @Test
  void a_key_in_a_tpm_gets_its_certificate_over_acme_and_opens_a_session_by_it() throws Exception {
    enrolled("anchored-1");
    try (TestTpm own = another("anchored")) {
      String pem = tree(prove("anchored-1", own)).path("certificate").asString();
      own.makeDeviceKey();
      Answer token = house.operator("POST", "/tokens", "{\"device\":\"anchored-1\",\"acme\":true}");
      AcmeClient client = acme().registered(tree(token));
      JsonNode order =
          client.post(
              "/acme/new-order",
              "{\"identifiers\":[{\"type\":\"permanent-identifier\",\"value\":\"anchored-1\"}]}");
      JsonNode challenge =
          client.read(order.path("authorizations").get(0).asString()).path("challenges").get(0);
      own.certify(sha256(client.keyAuthorization(challenge.path("token").asString())));
      String object = base64url(attested(own, pem));
      JsonNode proved =
          client.post(challenge.path("url").asString(), "{\"attObj\":\"" + object + "\"}");
      assertThat(proved.path("status").asString()).as(proved.toString()).isEqualTo("valid");
      JsonNode done =
          client.post(
              order.path("finalize").asString(),
              "{\"csr\":\"" + base64url(own.file("request.der")) + "\"}");
      assertThat(done.path("status").asString()).as(done.toString()).isEqualTo("valid");
      Path file = folder.resolve("clients/anchored.pem");
      Files.write(file, client.fetch(done.path("certificate").asString()));
      assertThat(
              house.run(
                  "openssl",
                  "verify",
                  "-purpose",
                  "sslclient",
                  "-CAfile",
                  "ca.pem",
                  "anchored.pem"))
          .contains("OK");
      assertThat(house.run("openssl", "x509", "-in", "anchored.pem", "-noout", "-subject"))
          .contains("CN = anchored-1");
      assertThat(assurance("anchored-1")).isEqualTo("L4");
    }
  }

  private static byte[] attested(TestTpm own, String pem) throws Exception {
    byte[] area = own.file("device.pub");
    TestCbor statement =
        TestCbor.map(6)
            .text("ver")
            .text("2.0")
            .text("alg")
            .number(-7)
            .text("x5c")
            .list(1)
            .bytes(der(pem))
            .text("sig")
            .bytes(own.file("certified.sig"))
            .text("certInfo")
            .bytes(own.file("certified"))
            .text("pubArea")
            .bytes(Arrays.copyOfRange(area, 2, area.length));
    return TestCbor.map(2).text("fmt").text("tpm").text("attStmt").item(statement).encoded();
  }

  private static byte[] der(String pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
        .getEncoded();
  }

  private static byte[] sha256(String text) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Speaks ACME to the house by curl. */
  private static AcmeClient acme() {
    String origin = "https://localhost:" + house.server().endpoints().https();
    return new AcmeClient(
        (method, path, body, host, type) -> {
          try {
            Files.write(folder.resolve("clients/acme.json"), body);
            List<String> command =
                new ArrayList<>(
                    List.of(
                        "curl", "-sS", "--cacert", "ca.pem", "-D", "acme.head", "-o", "acme.out"));
            command.addAll(
                method.equals("HEAD")
                    ? List.of("-I")
                    : List.of("-H", "content-type: " + type, "--data-binary", "@acme.json"));
            command.add(origin + path);
            house.run(command.toArray(String[]::new));
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line : Files.readAllLines(folder.resolve("clients/acme.head"))) {
              int colon = line.indexOf(':');
              if (colon > 0) {
                headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
              }
            }
            byte[] answer =
                method.equals("HEAD")
                    ? new byte[0]
                    : Files.readAllBytes(folder.resolve("clients/acme.out"));
            return new DeviceResponse(200, headers, answer);
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        origin);
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
    AttestedDevice.register(house, device, product);
  }

  /** What the device quoted last is what its release should boot. */
  private static void believe(String device, String product) {
    AttestedDevice.believe(house, device, product);
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

  private static Answer quote(String device, TestTpm with, byte[] log) {
    with.quote(nonce(device));
    with.store("log", log);
    return post(
        device,
        "quote",
        with,
        Map.of(
            "ak",
            "ak.pub",
            "quote",
            "quote",
            "signature",
            "signature",
            "pcrs",
            "pcrs",
            "event-log",
            "log"));
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

  private static Answer post(String device, String path, TestTpm from, Map<String, String> files) {
    return house.device(
        device,
        BASE + path,
        "-H",
        "content-type: application/json",
        "-d",
        AttestedDevice.body(from, files));
  }

  private static JsonNode tree(Answer answer) {
    return JSON.readTree(answer.text());
  }
}

package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Base64Url;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device gets the certificate of a key in its TPM over ACME, and others try to get one. */
class AcmeDeviceTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Subject PUMP = Subject.device("pump-07");
  private static final Digest TPM =
      Digest.of("the endorsement key".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;
  @TempDir Path device;
  private Installation here;
  private Keys keys;
  private KeyPair attestation;
  private X509Certificate attestationCertificate;
  private byte[] csr;
  private byte[] area;

  @BeforeEach
  void open() {
    here = new Installation(folder);
    keys = new Keys(device);
    attestation = AcmeClient.elliptic();
    attestationCertificate = certified("pump-07", attestation);
    here.attested.add(PUMP);
    csr = keys.ecRequest("device");
    area = area(csr, 0x00040072);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void a_device_whose_tpm_says_so_gets_a_certificate_of_that_key_and_after_its_end_another() {
    AcmeClient client = new AcmeClient(here).registered(token());
    X509Certificate first = issued(client);
    assertThat(here.present(first).subject()).isEqualTo(PUMP);
    assertThat(here.resident).containsExactly(Digest.of(first.getPublicKey().getEncoded()));
    assertThat(here.trust.accepted(PUMP)).containsExactly(EnrolmentTest.digest(first));
    here.time.pass(Duration.ofDays(30));
    X509Certificate second = issued(client);
    assertThat(here.line("pump-07").get(0).path("parent").asString())
        .isEqualTo(EnrolmentTest.digest(first).toString());
    assertThat(here.trust.accepted(PUMP)).containsExactly(EnrolmentTest.digest(second));
  }

  @Test
  void another_key_in_the_request_than_the_tpms_is_refused() {
    AcmeClient client = new AcmeClient(here).registered(token());
    String order = order(client, "pump-07");
    assertThat(prove(client, order, object(client, order)).path("status").asString())
        .isEqualTo("valid");
    assertThat(complete(client, order, keys.ecRequest("software")).toString())
        .contains(":badCSR", "the TPM spoke of another key");
    assertThat(complete(client, order, csr).path("status").asString()).isEqualTo("valid");
  }

  @Test
  void I2_an_account_gets_a_certificate_of_its_own_device_alone() {
    AcmeClient client = new AcmeClient(here).registered(token());
    for (String name : List.of("pump-08", "PUMP-07", "")) {
      assertThat(client.post(AcmeClient.NEW_ORDER, ordered(name)).path("type").asString())
          .as(name)
          .endsWith(":rejectedIdentifier");
    }
  }

  @Test
  void what_a_tpm_did_not_say_for_this_account_order_and_device_is_refused_with_the_reason() {
    AcmeClient client = new AcmeClient(here).registered(token());
    Map<String, Forgery> forgeries = new HashMap<>();
    forgeries.put("answers another nonce", (key, order) -> object("tpm", attest("x"), attestation));
    forgeries.put("signature", (key, order) -> object("tpm", attest(key), AcmeClient.elliptic()));
    forgeries.put("format is not tpm", (key, order) -> object("none", attest(key), attestation));
    forgeries.put(
        "newest certificate of this device",
        (key, order) ->
            object("tpm", attest(key), attestation, certified("pump-08", attestation), area, -7L));
    forgeries.put(
        "alg is not",
        (key, order) ->
            object("tpm", attest(key), attestation, attestationCertificate, area, -257L));
    forgeries.put(
        "can leave its TPM",
        (key, order) ->
            object(
                "tpm",
                attest(key),
                attestation,
                attestationCertificate,
                area(csr, 0x00040040),
                -7L));
    forgeries.put("cannot be read", (key, order) -> new byte[] {(byte) 0xA1, 0x63, 'f', 'm'});
    forgeries.forEach((reason, forged) -> {
      String order = order(client, "pump-07");
      JsonNode refused = prove(client, order, forged.of(keyAuthorization(client, order), order));
      assertThat(refused.path("error").toString()).contains(":badAttestationStatement", reason);
      here.time.pass(Duration.ofMinutes(10));
    });
  }

  @Test
  void a_tpm_that_is_not_known_as_the_devices_alone_speaks_for_nobody() {
    AcmeClient client = new AcmeClient(here).registered(token());
    here.attested.clear();
    String order = order(client, "pump-07");
    assertThat(prove(client, order, object(client, order)).path("error").toString())
        .contains("let it attest first");
  }

  @Test
  void an_object_with_any_bit_of_what_is_signed_turned_is_refused() {
    AcmeAttestation reader =
        new AcmeAttestation(
            (AttestationCertificates) here.identity.attestationKeys(),
            here.attested::contains,
            (subject, key, raw) -> {});
    byte[] sound = object("tpm", attest("said"), attestation);
    assertThat(reader.key(PUMP, sound, "said")).isNotNull();
    int from = sound.length - area.length - 400;
    for (int bit = 8 * from; bit < 8 * sound.length; bit++) {
      byte[] turned = sound.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        assertThat(reader.key(PUMP, turned, "said")).as("bit " + bit).isNull();
      } catch (AcmeRefused refused) {
        assertThat(refused.detail()).isNotBlank();
      }
    }
  }

  /** What an attacker sends. */
  private interface Forgery {
    byte[] of(String keyAuthorization, String order);
  }

  private X509Certificate issued(AcmeClient client) {
    String order = order(client, "pump-07");
    JsonNode proved = prove(client, order, object(client, order));
    assertThat(proved.path("status").asString()).as(proved.toString()).isEqualTo("valid");
    JsonNode done = complete(client, order, csr);
    assertThat(done.path("status").asString()).as(done.toString()).isEqualTo("valid");
    String url = done.path("certificate").asString();
    return Authority.read(
        client
            .send(
                "POST",
                url.substring(AcmeClient.ORIGIN.length()),
                client.signed(client.header(url), ""))
            .body());
  }

  private X509Certificate certified(String name, KeyPair key) {
    return here.identity
        .attestationKeys()
        .certify(Subject.device(name), key.getPublic(), TPM)
        .getFirst();
  }

  private JsonNode token() {
    return here.operator("POST", "/tokens", Map.of(), "{\"device\":\"pump-07\",\"acme\":true}");
  }

  private static String ordered(String name) {
    return "{\"identifiers\":[{\"type\":\"permanent-identifier\",\"value\":\"" + name + "\"}]}";
  }

  private static String order(AcmeClient client, String name) {
    client.post(AcmeClient.NEW_ORDER, ordered(name));
    return client.answered.get("location");
  }

  private static JsonNode challenge(AcmeClient client, String order) {
    String authorization = client.read(order).path("authorizations").get(0).asString();
    return client.read(authorization).path("challenges").get(0);
  }

  private static String keyAuthorization(AcmeClient client, String order) {
    return challenge(client, order).path("token").asString()
        + "."
        + AcmeKey.read(JSON.valueToTree(client.jwk())).thumbprintText();
  }

  private byte[] object(AcmeClient client, String order) {
    return object("tpm", attest(keyAuthorization(client, order)), attestation);
  }

  private static JsonNode prove(AcmeClient client, String order, byte[] object) {
    return client.post(
        challenge(client, order).path("url").asString(),
        "{\"attObj\":\"" + Base64Url.encode(object) + "\"}");
  }

  private static JsonNode complete(AcmeClient client, String order, byte[] csr) {
    return client.post(order + "/finalize", "{\"csr\":\"" + Base64Url.encode(csr) + "\"}");
  }

  /** A TPMT_PUBLIC of the request's key. */
  private static byte[] area(byte[] csr, int attributes) {
    byte[] point =
        CertificationRequest.getInstance(csr)
            .getCertificationRequestInfo()
            .getSubjectPublicKeyInfo()
            .getPublicKeyData()
            .getBytes();
    return ByteBuffer.allocate(86)
        .putShort((short) 0x0023)
        .putShort((short) 0x000B)
        .putInt(attributes)
        .putShort((short) 0)
        .putShort((short) 0x0010)
        .putShort((short) 0x0010)
        .putShort((short) 0x0003)
        .putShort((short) 0x0010)
        .putShort((short) 32)
        .put(point, 1, 32)
        .putShort((short) 32)
        .put(point, 33, 32)
        .array();
  }

  /** What a TPM says of the key: a TPMS_ATTEST. */
  private byte[] attest(String keyAuthorization) {
    return attest(keyAuthorization, area);
  }

  private static byte[] attest(String keyAuthorization, byte[] area) {
    byte[] nonce = Digest.of(keyAuthorization.getBytes(StandardCharsets.US_ASCII)).bytes();
    ByteBuffer name = ByteBuffer.allocate(34).putShort((short) 0x000B).put(Digest.of(area).bytes());
    return ByteBuffer.allocate(173)
        .putInt(0xFF544347)
        .putShort((short) 0x8017)
        .putShort((short) 34)
        .put(new byte[34])
        .putShort((short) 32)
        .put(nonce)
        .put(new byte[16])
        .put((byte) 1)
        .put(new byte[8])
        .putShort((short) 34)
        .put(name.array())
        .putShort((short) 34)
        .put(new byte[34])
        .array();
  }

  private byte[] object(String format, byte[] attest, KeyPair signer) {
    return object(format, attest, signer, attestationCertificate, area, -7L);
  }

  private static byte[] object(
      String format,
      byte[] attest,
      KeyPair signer,
      X509Certificate certificate,
      byte[] area,
      long algorithm) {
    TestCbor statement =
        TestCbor.map(6)
            .text("ver")
            .text("2.0")
            .text("alg")
            .number(algorithm)
            .text("x5c")
            .list(1)
            .bytes(Authority.der(certificate))
            .text("sig")
            .bytes(signature(attest, signer))
            .text("certInfo")
            .bytes(attest)
            .text("pubArea")
            .bytes(area);
    return TestCbor.map(2).text("fmt").text(format).text("attStmt").item(statement).encoded();
  }

  /** A TPMT_SIGNATURE by ECDSA over SHA-256. */
  private static byte[] signature(byte[] attest, KeyPair signer) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(signer.getPrivate());
      signature.update(attest);
      byte[] both = signature.sign();
      return ByteBuffer.allocate(72)
          .putShort((short) 0x0018)
          .putShort((short) 0x000B)
          .putShort((short) 32)
          .put(Arrays.copyOf(both, 32))
          .putShort((short) 32)
          .put(Arrays.copyOfRange(both, 32, 64))
          .array();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}

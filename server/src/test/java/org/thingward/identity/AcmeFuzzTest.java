package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Network;
import org.thingward.platform.Problem;
import org.thingward.verify.Damage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Whatever comes over ACME before anything of it is believed: read, or refused with a reason. */
class AcmeFuzzTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final KeyPair KEY = AcmeClient.elliptic();
  private static final List<byte[]> SOUND =
      List.of(
          request(),
          JSON.writeValueAsBytes(AcmeClient.jwk(KEY)),
          text(
              "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"),
          text("{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + "sXch".repeat(85) + "sw\"}"),
          statement(),
          CsrBytesTest.SOUND,
          text("https://localhost:8443/acme/account/0193a1b2-0000-7000-8000-000000000000"),
          text("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"),
          text("10.0.0.0/8"));

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    readAll(bytes);
  }

  @Test
  void damaged_ones_are_read_or_refused() {
    Damage.each(1_500, SOUND, AcmeFuzzTest::readAll);
  }

  @Test
  void sound_ones_are_read() {
    assertThat(AcmeJws.read(SOUND.getFirst()).object().isObject()).isTrue();
    assertThat(AcmeKey.read(JSON.readTree(SOUND.get(1))).algorithm())
        .isEqualTo(AcmeAlgorithm.ES256);
    assertThat(AcmeKey.read(JSON.readTree(SOUND.get(2))).algorithm())
        .isEqualTo(AcmeAlgorithm.EDDSA);
    assertThat(AcmeAttestation.Statement.read(SOUND.get(4)).algorithm()).isEqualTo(-7);
  }

  private static void readAll(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    refusedOr(() -> {
      AcmeJws jws = AcmeJws.read(bytes);
      jws.jwk().map(AcmeKey::read).ifPresent(jws::require);
    });
    refusedOr(() -> {
      try {
        AcmeKey key = AcmeKey.read(JSON.readTree(bytes));
        assertThat(AcmeKey.parse(key.jwk())).isEqualTo(key);
      } catch (JacksonException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    });
    refusedOr(() -> assertThat(AcmeAttestation.Statement.read(bytes).certificate()).isNotNull());
    refusedOr(() -> assertThat(CsrNames.dns(bytes)).doesNotContainNull());
    refusedOr(() ->
        assertThat(new AcmeUrls(Optional.empty(), List.of("localhost")).account(text)).isNotNull());
    AcmeCertificateId.parse(text)
        .ifPresent(id -> assertThat(id.serial().bitLength()).isLessThan(520));
    try {
      assertThat(Network.parse(text).bits()).isBetween(0, 128);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).contains("is no network");
    }
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (AcmeRefused refused) {
      assertThat(refused.status()).isBetween(400, 415);
      assertThat(refused.detail()).isNotBlank();
    } catch (Problem problem) {
      assertThat(problem.status()).isBetween(400, 415);
    }
  }

  private static byte[] request() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", "ES256");
    header.put("nonce", "AAAA");
    header.put("url", "https://localhost:8443/acme/new-account");
    header.put("jwk", AcmeClient.jwk(KEY));
    return AcmeClient.signed(header, "{\"termsOfServiceAgreed\":true}", KEY);
  }

  private static byte[] statement() {
    TestCbor statement =
        TestCbor.map(6)
            .text("ver")
            .text("2.0")
            .text("alg")
            .number(-7)
            .text("x5c")
            .list(1)
            .bytes(new byte[] {0x30, 0})
            .text("sig")
            .bytes(new byte[72])
            .text("certInfo")
            .bytes(new byte[173])
            .text("pubArea")
            .bytes(new byte[86]);
    return TestCbor.map(2).text("fmt").text("tpm").text("attStmt").item(statement).encoded();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

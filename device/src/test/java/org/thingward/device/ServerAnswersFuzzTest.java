package org.thingward.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;
import tools.jackson.databind.json.JsonMapper;

/** Whatever a server answers to a device over HTTPS: read, or refused as no answer. */
class ServerAnswersFuzzTest {
  /** A certificate whose Ed25519 key has no byte, which the JDK's reader breaks on. */
  private static final String KEYLESS =
      "MIGXBgkqhkiG9w0BBwKggYkwgYYCAQExADALBgkqhkiG9w0BBwGgcDBuMF4CAQEwBQYDK2VwMBIx"
          + "EDAOBgNVBAMMB3B1bXAtMDcwHhcNMjAwMTAxMDAwMDAwWhcNNDAwMTAxMDAwMDAwWjASMRAwDgYD"
          + "VQQDDAdwdW1wLTA3MAowBQYDK2VwAwEAMAUGAytlcAMFAAAAAAAxAA==";

  private static final List<byte[]> SOUND =
      List.of(
          certificates(),
          KEYLESS.getBytes(StandardCharsets.US_ASCII),
          "{\"type\":\"about:blank\",\"title\":\"x\",\"detail\":\"the token was used\"}"
              .getBytes(StandardCharsets.UTF_8),
          ("twt1." + "a".repeat(22) + "." + "0f".repeat(32)).getBytes(StandardCharsets.UTF_8));

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_answers_are_read_or_refused() {
    Damage.each(2_000, SOUND, ServerAnswersFuzzTest::read);
  }

  @Test
  void a_sealed_credential_that_is_no_base64_is_no_answer() {
    var answer = JsonMapper.shared().createObjectNode().put("credential", "A");
    assertThatThrownBy(() -> TpmAttester.credential(answer))
        .isInstanceOf(ServerUnreachable.class)
        .hasMessageContaining("no base64");
  }

  @Test
  void a_certificate_whose_Ed25519_key_has_no_byte_is_no_answer() {
    assertThatThrownBy(() -> EstClient.certificates(KEYLESS.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(ServerUnreachable.class)
        .hasMessageContaining("no PKCS #7");
  }

  private static void read(byte[] bytes) {
    try {
      assertThat(EstClient.certificates(bytes)).doesNotContainNull();
    } catch (ServerUnreachable refused) {
      assertThat(refused).hasMessageContaining("no PKCS #7");
    }
    assertThat(HttpsExchange.detail(bytes).length()).isLessThanOrEqualTo(501);
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      assertThat(EnrolmentToken.parse(text).text()).isEqualTo(text);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageContaining("no enrolment token");
    }
  }

  private static byte[] certificates() {
    X509Certificate root = new TestAuthority("Root").root();
    try {
      byte[] der =
          CertificateFactory.getInstance("X.509")
              .generateCertPath(List.of(root))
              .getEncoded("PKCS7");
      return Base64.getMimeEncoder().encode(der);
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }
}

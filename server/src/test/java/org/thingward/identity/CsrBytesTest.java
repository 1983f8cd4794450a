package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.thingward.platform.Problem;

/** Whatever bytes come, a request is read or refused with a reason; nothing else happens. */
class CsrBytesTest {
  private static final NativeCrypto CRYPTO = NativeCrypto.load();

  /** A sound request for a P-256 key, made by openssl. */
  static final byte[] SOUND =
      Base64.getDecoder()
          .decode(
              "MIHGMG4CAQAwDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHuBVX+EEH67GmC1"
                  + "k1y3G0O9ISbl5kNsNIbtysZQc7N7oyEYX9GIrxXejPmGbUjm4Mk+QCCitweDBH3ite3bNTSgADAKBggq"
                  + "hkjOPQQDAgNIADBFAiEAsms9uxSxEl8yop2B/8aOX1htYGt+JcthzmKQQYkiNPwCIAxao20q7DrmVVsg"
                  + "PD+J3dNLjiguEwYgQcx38jVLdFnR");

  @Property(tries = 2000)
  void any_bytes_are_refused_with_a_reason(@ForAll @Size(max = 600) byte[] bytes) {
    assertThat(refusal(bytes)).isTrue();
  }

  @Property(tries = 4000)
  void a_changed_byte_is_refused_with_a_reason(
      @ForAll @IntRange(max = 10_000) int place, @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] bytes = SOUND.clone();
    bytes[place % bytes.length] ^= (byte) change;
    assertThat(refusal(bytes)).isTrue();
  }

  @Property(tries = 1000)
  void any_body_is_decoded_or_refused_with_a_reason(@ForAll @Size(max = 600) byte[] body) {
    try {
      assertThat(EstCodec.request("application/pkcs10", body)).isNotNull();
    } catch (Problem problem) {
      assertThat(problem.status()).isEqualTo(400);
    }
  }

  private static boolean refusal(byte[] bytes) {
    try {
      Csr.read(bytes, CRYPTO);
      return false;
    } catch (Problem problem) {
      return problem.status() == 400;
    }
  }
}

package org.thingward.verify.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.verify.Damage;

/** A TPM's structures from anyone: read, or refused with the place. */
class TpmFuzzTest {
  private static final List<byte[]> SOUND =
      Stream.of(
              "ak.pub",
              "ek.pub",
              "ek384.pub",
              "ldevid.pub",
              "quote.msg",
              "quote.sig",
              "certify.msg",
              "da01_certInfo.bin",
              "da01_pubArea.bin")
          .map(Artefacts::bytes)
          .toList();

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
    Damage.each(3_000, SOUND, TpmFuzzTest::readAll);
  }

  @Test
  void an_RSA_signature_without_a_byte_is_none() {
    assertThatThrownBy(() -> TpmSignature.read(HexFormat.of().parseHex("0014000b0000")))
        .isInstanceOf(TpmRefused.class)
        .hasMessageContaining("without a byte");
  }

  private static void readAll(byte[] bytes) {
    orRefused(() -> assertThat(TpmPublic.readSized(bytes).name()).isNotEmpty());
    orRefused(() -> assertThat(TpmPublic.read(bytes).bytes()).isEqualTo(bytes));
    orRefused(() -> assertThat(TpmAttest.read(bytes).common().nonce()).hasSizeLessThan(129));
    orRefused(() -> assertThat(TpmSignature.read(bytes).value()).isNotEmpty());
  }

  private static void orRefused(Runnable reading) {
    try {
      reading.run();
    } catch (TpmRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }
}

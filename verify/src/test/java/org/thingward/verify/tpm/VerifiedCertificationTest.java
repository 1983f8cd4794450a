package org.thingward.verify.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a TPM certified of a key that was made in it: see the README beside the files. */
class VerifiedCertificationTest {
  private static final byte[] AK = Artefacts.bytes("ak.pub");
  private static final byte[] KEY = Artefacts.bytes("ldevid.pub");
  private static final byte[] ATTEST = Artefacts.bytes("certify.msg");
  private static final byte[] SIGNATURE = Artefacts.bytes("certify.sig");

  private static VerifiedCertification verified(byte[] key, byte[] attest, byte[] signature) {
    return VerifiedCertification.of(
        TpmPublic.readSized(AK), TpmPublic.readSized(key), attest, signature);
  }

  @Test
  void what_a_tpm_certified_is_verified() {
    assertThat(verified(KEY, ATTEST, SIGNATURE).key().bytes())
        .isEqualTo(TpmPublic.readSized(KEY).bytes());
  }

  @Test
  void every_single_bit_counts() {
    eachBit(KEY, key -> verified(key, ATTEST, SIGNATURE));
    eachBit(ATTEST, attest -> verified(KEY, attest, SIGNATURE));
    eachBit(SIGNATURE, signature -> verified(KEY, ATTEST, signature));
  }

  @Test
  void a_quote_another_key_and_a_key_that_could_leave_its_tpm_are_refused() {
    refused(
        "this certifies no key",
        () -> verified(KEY, Artefacts.bytes("quote.msg"), Artefacts.bytes("quote.sig")));
    refused("none that signs handshakes", () -> verified(AK, ATTEST, SIGNATURE));
    refused(
        "none that signs handshakes", () -> verified(Artefacts.bytes("ek.pub"), ATTEST, SIGNATURE));
    // Bits of TPMA_OBJECT in a TPM2B_PUBLIC: its bytes 6 to 9.
    for (int bit : new int[] {0x02, 0x10, 0x20}) {
      byte[] loose = KEY.clone();
      loose[9] ^= (byte) bit;
      refused("can leave its TPM", () -> verified(loose, ATTEST, SIGNATURE));
    }
    refused(
        "not a restricted one",
        () ->
            VerifiedCertification.of(
                TpmPublic.readSized(KEY), TpmPublic.readSized(KEY), ATTEST, SIGNATURE));
  }

  private static void refused(String why, Runnable verifying) {
    assertThatThrownBy(verifying::run).isInstanceOf(TpmRefused.class).hasMessageContaining(why);
  }

  private static void eachBit(byte[] sound, Consumer<byte[]> verifying) {
    verifying.accept(sound);
    for (int bit = 0; bit < 8 * sound.length; bit++) {
      byte[] turned = sound.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> verifying.accept(turned))
          .as("bit %d", bit)
          .isInstanceOf(TpmRefused.class);
    }
    for (int length = 0; length <= sound.length + 1; length++) {
      byte[] other = Arrays.copyOf(sound, length);
      if (length != sound.length) {
        assertThatThrownBy(() -> verifying.accept(other)).isInstanceOf(TpmRefused.class);
      }
    }
  }
}

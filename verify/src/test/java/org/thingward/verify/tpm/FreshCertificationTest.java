package org.thingward.verify.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A certification that a TPM made as ACME's device-attest-01 needs it, and what is made of it. */
class FreshCertificationTest {
  private static final byte[] AREA = Artefacts.bytes("da01_pubArea.bin");
  private static final byte[] ATTEST = Artefacts.bytes("da01_certInfo.bin");
  private static final byte[] NONCE = sha256("token.thumbprint");
  private static final byte[] SIGNATURE = signature();
  private final PublicKey attestation = Artefacts.attestationKey().key();

  @Test
  void a_certification_tells_the_key_that_is_in_the_tpm() {
    TpmPublic key = FreshCertification.of(attestation, AREA, ATTEST, SIGNATURE, NONCE).key();
    assertThat(key.bytes()).isEqualTo(AREA);
    assertThat(key.attributes().staysInTpm()).isTrue();
  }

  @Test
  void every_single_bit_counts() {
    for (int bit = 0; bit < 8 * ATTEST.length; bit++) {
      byte[] turned = turned(ATTEST, bit);
      refused(() -> FreshCertification.of(attestation, AREA, turned, SIGNATURE, NONCE));
    }
    for (int bit = 0; bit < 8 * AREA.length; bit++) {
      byte[] turned = turned(AREA, bit);
      refused(() -> FreshCertification.of(attestation, turned, ATTEST, SIGNATURE, NONCE));
    }
    for (int bit = 0; bit < 8 * SIGNATURE.length; bit++) {
      byte[] turned = turned(SIGNATURE, bit);
      refused(() -> FreshCertification.of(attestation, AREA, ATTEST, turned, NONCE));
    }
    for (int bit = 0; bit < 8 * NONCE.length; bit++) {
      byte[] turned = turned(NONCE, bit);
      refused(() -> FreshCertification.of(attestation, AREA, ATTEST, SIGNATURE, turned));
    }
  }

  @Test
  void a_quote_a_short_nonce_another_signer_and_the_attestation_key_itself_are_refused() {
    byte[] quote = Artefacts.bytes("quote.msg");
    refused(() -> FreshCertification.of(attestation, AREA, quote, SIGNATURE, NONCE));
    byte[] few = Arrays.copyOf(NONCE, 15);
    refused(() -> FreshCertification.of(attestation, AREA, ATTEST, SIGNATURE, few));
    PublicKey other = TpmPublic.readSized(Artefacts.bytes("ldevid.pub")).key();
    refused(() -> FreshCertification.of(other, AREA, ATTEST, SIGNATURE, NONCE));
    byte[] restricted = Artefacts.attestationKey().bytes();
    assertThatThrownBy(
            () -> FreshCertification.of(attestation, restricted, ATTEST, SIGNATURE, NONCE))
        .isInstanceOf(TpmRefused.class)
        .hasMessageContaining("signs handshakes");
  }

  private static void refused(ThrowingCallable work) {
    assertThatThrownBy(work).isInstanceOf(TpmRefused.class);
  }

  private static byte[] turned(byte[] bytes, int bit) {
    byte[] turned = bytes.clone();
    turned[bit / 8] ^= (byte) (1 << bit % 8);
    return turned;
  }

  /** The artefact lacks the number of its algorithm, ECDSA, before it. */
  private static byte[] signature() {
    byte[] rest = Artefacts.bytes("da01_sig.bin");
    return ByteBuffer.allocate(2 + rest.length)
        .putShort((short) TpmAlgorithm.ECDSA.number())
        .put(rest)
        .array();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

package org.thingward.verify.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Quotes that a TPM made, and what an attacker makes of them. */
class VerifiedQuoteTest {
  private static final byte[] ATTEST = Artefacts.bytes("quote.msg");
  private static final byte[] SIGNATURE = Artefacts.bytes("quote.sig");
  private static final byte[] VALUES = Artefacts.bytes("quote_values.pcrs");
  private static final byte[] NONCE = Artefacts.nonce();
  private final TpmPublic key = Artefacts.attestationKey();

  @Test
  void a_quote_tells_the_values_of_its_pcrs_and_the_time_of_its_tpm() {
    VerifiedQuote quote = VerifiedQuote.of(key, ATTEST, SIGNATURE, VALUES, NONCE);
    assertThat(quote.pcrs().bank(TpmAlgorithm.SHA256).keySet())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 10);
    assertThat(quote.pcrs().bank(TpmAlgorithm.SHA256).get(1)).isEqualTo("0".repeat(64));
    assertThat(quote.pcrs().bank(TpmAlgorithm.SHA256).get(0)).startsWith("fbbebcf68641c4a1");
    assertThat(quote.pcrs().bank(TpmAlgorithm.SHA384)).isEmpty();
    assertThat(quote.clock()).isEqualTo(new TpmClock(0x11edd, 2, 0, true));
  }

  @Test
  void a_key_has_the_name_that_its_tpm_gives_it() {
    assertThat(key.name()).isEqualTo(Artefacts.bytes("ak.name"));
    assertThat(key.attributes().attests()).isTrue();
    assertThat(key.attributes().staysInTpm()).isTrue();
    for (String name : List.of("ek.pub", "ek384.pub")) {
      TpmPublic endorsement = TpmPublic.readSized(Artefacts.bytes(name));
      assertThat(endorsement.attributes().endorses()).as(name).isTrue();
      assertThat(endorsement.attributes().attests()).as(name).isFalse();
    }
  }

  @Test
  void every_single_bit_counts() {
    eachBit(ATTEST, attest -> VerifiedQuote.of(key, attest, SIGNATURE, VALUES, NONCE));
    eachBit(SIGNATURE, signature -> VerifiedQuote.of(key, ATTEST, signature, VALUES, NONCE));
    eachBit(VALUES, values -> VerifiedQuote.of(key, ATTEST, SIGNATURE, values, NONCE));
    eachBit(NONCE, nonce -> VerifiedQuote.of(key, ATTEST, SIGNATURE, VALUES, nonce));
  }

  @Test
  void a_key_of_which_any_bit_was_turned_is_another_key_or_none() {
    byte[] area = Artefacts.bytes("ak.pub");
    for (int bit = 0; bit < 8 * area.length; bit++) {
      try {
        TpmPublic turned = TpmPublic.readSized(flipped(area, bit));
        assertThat(turned.name()).as("bit %d", bit).isNotEqualTo(key.name());
      } catch (TpmRefused none) {
        assertThat(none).hasMessageContaining(":");
      }
    }
  }

  private static void eachBit(byte[] sound, Consumer<byte[]> verifying) {
    verifying.accept(sound);
    for (int bit = 0; bit < 8 * sound.length; bit++) {
      byte[] turned = flipped(sound, bit);
      assertThatThrownBy(() -> verifying.accept(turned))
          .as("bit %d", bit)
          .isInstanceOf(TpmRefused.class);
    }
    for (int length = 0; length < sound.length; length++) {
      byte[] shorter = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> verifying.accept(shorter)).isInstanceOf(TpmRefused.class);
    }
    byte[] longer = Arrays.copyOf(sound, sound.length + 1);
    assertThatThrownBy(() -> verifying.accept(longer)).isInstanceOf(TpmRefused.class);
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] turned = bytes.clone();
    turned[bit / 8] ^= (byte) (1 << bit % 8);
    return turned;
  }

  @Test
  void an_old_quote_and_a_nonce_that_is_too_short_are_refused() {
    refused(
        "answers another nonce",
        () -> VerifiedQuote.of(key, ATTEST, SIGNATURE, VALUES, new byte[20]));
    refused(
        "no proof of time", () -> VerifiedQuote.of(key, ATTEST, SIGNATURE, VALUES, new byte[8]));
  }

  @Test
  void what_another_key_signed_or_what_is_no_quote_is_refused() {
    TpmPublic other = TpmPublic.readSized(Artefacts.bytes("ldevid.pub"));
    refused(
        "not a restricted one", () -> VerifiedQuote.of(other, ATTEST, SIGNATURE, VALUES, NONCE));
    TpmPublic endorsement = TpmPublic.readSized(Artefacts.bytes("ek.pub"));
    refused(
        "not a restricted one",
        () -> VerifiedQuote.of(endorsement, ATTEST, SIGNATURE, VALUES, NONCE));
    refused(
        "this is no quote",
        () ->
            VerifiedQuote.of(
                key,
                Artefacts.bytes("certify.msg"),
                Artefacts.bytes("certify.sig"),
                VALUES,
                NONCE));
  }

  @Test
  void a_key_that_could_leave_its_tpm_or_sign_anything_is_no_attestation_key() {
    // Bits of TPMA_OBJECT in a TPM2B_PUBLIC: its bytes 6 to 9.
    refused("can leave its TPM", () -> VerifiedQuote.requireAttestationKey(with(9, 0x02)));
    refused("can leave its TPM", () -> VerifiedQuote.requireAttestationKey(with(9, 0x10)));
    refused("can leave its TPM", () -> VerifiedQuote.requireAttestationKey(with(9, 0x20)));
    refused("not a restricted", () -> VerifiedQuote.requireAttestationKey(with(7, 0x01)));
    refused("not a restricted", () -> VerifiedQuote.requireAttestationKey(with(7, 0x02)));
    refused("not a restricted", () -> VerifiedQuote.requireAttestationKey(with(7, 0x04)));
  }

  private static TpmPublic with(int index, int turned) {
    byte[] area = Artefacts.bytes("ak.pub");
    area[index] ^= (byte) turned;
    return TpmPublic.readSized(area);
  }

  @Test
  void the_algorithm_of_a_signature_is_the_keys_and_sha_1_is_nobodys() throws Exception {
    byte[] sha384 = SIGNATURE.clone();
    sha384[3] = 0x0C;
    refused(
        "the key signs by ECDSA over sha256",
        () -> VerifiedQuote.of(key, ATTEST, sha384, VALUES, NONCE));
    byte[] sha1 = SIGNATURE.clone();
    sha1[3] = 0x04;
    refused("over sha1 proves nothing", () -> VerifiedQuote.of(key, ATTEST, sha1, VALUES, NONCE));
    byte[] rsa = new byte[6 + 256];
    System.arraycopy(HexFormat.of().parseHex("0014000b0100"), 0, rsa, 0, 6);
    refused("the key signs by ECDSA", () -> VerifiedQuote.of(key, ATTEST, rsa, VALUES, NONCE));
    // A key whose scheme is left open takes a signature of its own kind alone.
    TpmPublic open = open(key);
    refused("", () -> TpmSignature.read(rsa).require(open, ATTEST));
    TpmSignature.read(SIGNATURE).require(open, ATTEST);
  }

  /** The same key, whose scheme is chosen with each signature. */
  private static TpmPublic open(TpmPublic key) {
    byte[] area = key.bytes();
    // Attributes, no policy, no symmetric algorithm, no scheme, the curve, no derivation of keys.
    byte[] head = HexFormat.of().parseHex("0023000b00050072" + "0000" + "00100010" + "00030010");
    byte[] point = Arrays.copyOfRange(area, area.length - 68, area.length);
    byte[] out = Arrays.copyOf(head, head.length + point.length);
    System.arraycopy(point, 0, out, head.length, point.length);
    return TpmPublic.read(out);
  }

  @Test
  void a_point_that_is_on_no_curve_is_no_key() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    byte[] area = Artefacts.bytes("ak.pub");
    byte[] x = ((ECPublicKey) pair.getPublic()).getW().getAffineX().toByteArray();
    System.arraycopy(x, x.length - 32, area, area.length - 66, 32);
    refused("not on P256", () -> TpmPublic.readSized(area));
  }

  @Test
  void I3_a_copy_of_a_tpm_is_told_by_its_time_once_the_original_was_started_again() {
    TpmClock first = clock("clone_t1");
    TpmClock copy = clock("clone_c1");
    TpmClock second = clock("clone_t2");
    TpmClock copyAgain = clock("clone_c2");
    assertThat(first.goesBackBehind(clock("clone_t0"))).isFalse();
    // What no counter shows: the copy alone, before the original starts again.
    assertThat(copy.goesBackBehind(first)).isFalse();
    assertThat(second.goesBackBehind(copy)).isFalse();
    assertThat(copyAgain.goesBackBehind(second)).isTrue();
    assertThat(second.goesBackBehind(second)).as("the same quote once more").isTrue();
  }

  private static TpmClock clock(String name) {
    return TpmAttest.read(Artefacts.bytes(name + ".msg")).common().clock();
  }

  @Test
  void a_certification_names_the_other_key_of_the_tpm() {
    TpmPublic other = TpmPublic.readSized(Artefacts.bytes("ldevid.pub"));
    TpmSignature.read(Artefacts.bytes("certify.sig")).require(key, Artefacts.bytes("certify.msg"));
    assertThat(TpmAttest.read(Artefacts.bytes("certify.msg")))
        .isInstanceOfSatisfying(
            TpmAttest.Certification.class,
            certified ->
                assertThat(certified.name()).isEqualTo(HexFormat.of().formatHex(other.name())));
  }

  private static void refused(String why, ThrowingCallable verifying) {
    assertThatThrownBy(verifying).isInstanceOf(TpmRefused.class).hasMessageContaining(why);
  }
}

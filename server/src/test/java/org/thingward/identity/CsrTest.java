package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thingward.platform.Problem;

class CsrTest {
  private static final NativeCrypto CRYPTO = NativeCrypto.load();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "EC, ec_paramgen_curve:P-256",
    "EC, ec_paramgen_curve:P-384",
    "RSA, rsa_keygen_bits:2048",
    "RSA, rsa_keygen_bits:3072"
  })
  void the_usual_keys_of_openssl_are_taken(String algorithm, String option) {
    assertThat(read(keys().request("device", algorithm, option)).keyDigest()).isNotNull();
  }

  @Test
  void an_Ed25519_key_is_taken() {
    assertThat(read(keys().request("device", "ED25519")).keyDigest()).isNotNull();
  }

  @Test
  void I2_names_and_attributes_in_a_request_are_ignored() {
    keys().key("device", "EC", "ec_paramgen_curve:P-256");
    byte[] plain = keys().request("device");
    Command.run(
        folder,
        "openssl",
        "req",
        "-new",
        "-key",
        "device.key",
        "-subj",
        "/CN=pump-99",
        "-addext",
        "subjectAltName=URI:thingward:device:pump-99",
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-outform",
        "DER",
        "-out",
        "bold.csr");
    assertThat(read(keys().read("bold.csr")).keyDigest()).isEqualTo(read(plain).keyDigest());
  }

  @ParameterizedTest
  @CsvSource({
    "EC, ec_paramgen_curve:secp256k1, is on curve 1.3.132.0.10",
    "EC, ec_paramgen_curve:P-521, is on curve",
    "RSA, rsa_keygen_bits:1024, has 1024 RSA bits",
    "RSA-PSS, rsa_keygen_bits:2048, is of type 1.2.840.113549.1.1.10"
  })
  void other_keys_are_refused_by_name(String algorithm, String option, String reason) {
    refused(keys().request("device", algorithm, option), "csr-key-refused", reason);
  }

  @Test
  void a_key_with_a_curve_spelled_out_is_refused() {
    byte[] csr = keys().request("device", "EC", "ec_paramgen_curve:P-256", "ec_param_enc:explicit");
    refused(csr, "csr-key-refused", "does not name its curve");
  }

  @Test
  void a_compressed_point_is_refused() {
    keys().key("device", "EC", "ec_paramgen_curve:P-256");
    Command.run(
        folder,
        "openssl",
        "ec",
        "-in",
        "device.key",
        "-conv_form",
        "compressed",
        "-out",
        "short.key");
    refused(keys().request("short"), "csr-key-refused", "is compressed");
  }

  @Test
  void an_RSA_exponent_below_65537_is_refused() {
    byte[] csr = keys().request("device", "RSA", "rsa_keygen_bits:2048", "rsa_keygen_pubexp:3");
    refused(csr, "csr-key-refused", "exponent");
  }

  @Test
  void an_RSA_key_of_the_broken_generator_of_2017_is_refused() throws Exception {
    Random random = new Random(7);
    refused(requestFor(rocaPrime(random), rocaPrime(random)), "csr-key-refused", "breakable");
  }

  @Test
  void an_RSA_key_of_two_close_primes_is_refused() throws Exception {
    BigInteger prime = new BigInteger(1024, 50, new Random(8)).setBit(1023).setBit(1022);
    BigInteger first = prime.nextProbablePrime();
    refused(requestFor(first, first.nextProbablePrime()), "csr-key-refused", "breakable");
  }

  @Test
  void an_RSA_key_with_a_small_factor_is_refused() throws Exception {
    BigInteger large = new BigInteger(2040, 20, new Random(9)).setBit(2039).nextProbablePrime();
    refused(requestFor(BigInteger.valueOf(1999), large), "csr-key-refused", "breakable");
  }

  @Test
  void a_request_signed_with_another_key_is_refused() {
    byte[] csr = keys().ecRequest("device");
    byte[] other = keys().ecRequest("other");
    int key = indexOf(csr, new byte[] {0x03, 0x42, 0x00, 0x04});
    System.arraycopy(other, indexOf(other, new byte[] {0x03, 0x42, 0x00, 0x04}), csr, key, 68);
    refused(csr, "csr-signature", "not by its own key");
  }

  @Test
  void a_weak_signature_algorithm_is_refused() {
    keys().key("device", "EC", "ec_paramgen_curve:P-256");
    Command.run(
        folder,
        "openssl",
        "req",
        "-new",
        "-sha1",
        "-key",
        "device.key",
        "-subj",
        "/",
        "-outform",
        "DER",
        "-out",
        "device.csr");
    refused(keys().read("device.csr"), "csr-signature-algorithm", "1.2.840.10045.4.1");
  }

  @Test
  void bytes_after_the_request_are_refused() {
    byte[] csr = keys().ecRequest("device");
    refused(Arrays.copyOf(csr, csr.length + 1), "csr-malformed", "without anything after it");
  }

  @Test
  void a_truncated_request_is_refused_wherever_it_is_cut() {
    byte[] csr = keys().ecRequest("device");
    for (int length = 0; length < csr.length; length++) {
      refused(Arrays.copyOf(csr, length), "csr-malformed", "PKCS#10");
    }
  }

  @Test
  void something_else_in_DER_is_refused() {
    keys().ecRequest("device");
    Command.run(
        folder, "openssl", "pkey", "-in", "device.key", "-outform", "DER", "-out", "key.der");
    refused(keys().read("key.der"), "csr-malformed", "PKCS#10");
  }

  @Test
  void a_point_off_its_curve_is_refused() {
    byte[] csr = keys().ecRequest("device");
    int key = indexOf(csr, new byte[] {0x03, 0x42, 0x00, 0x04});
    csr[key + 67] ^= 1;
    refused(csr, "csr-key-refused", "malformed");
  }

  @Test
  void a_request_of_more_than_8_KiB_is_refused_unread() {
    assertThatThrownBy(() -> read(new byte[Csr.MAX_BYTES + 1]))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(413));
  }

  @Test
  void a_body_is_base64_or_DER_and_nothing_else() {
    byte[] csr = keys().ecRequest("device");
    byte[] lines = Base64.getMimeEncoder().encode(csr);
    assertThat(EstCodec.request("application/pkcs10", csr)).isEqualTo(csr);
    assertThat(EstCodec.request("application/pkcs10; charset=x", lines)).isEqualTo(csr);
    assertThat(EstCodec.request("Application/PKCS10", Base64.getEncoder().encode(csr)))
        .isEqualTo(csr);
    body("application/pkcs10", "-----BEGIN CERTIFICATE REQUEST-----\nMII", "csr-encoding", "PEM");
    body("application/pkcs10", "%%%", "csr-encoding", "neither base64 nor DER");
    body("application/pkcs10", "", "csr-encoding", "empty");
    body("application/json", "{}", "content-type", "application/pkcs10");
    body("", "MII", "content-type", "application/pkcs10");
  }

  private void body(String contentType, String body, String type, String reason) {
    assertThatThrownBy(
            () -> EstCodec.request(contentType, body.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.type()).endsWith(":" + type))
        .hasMessageContaining(reason);
  }

  private static void refused(byte[] csr, String type, String reason) {
    assertThatThrownBy(() -> read(csr))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(400);
              assertThat(problem.type()).endsWith(":" + type);
            })
        .hasMessageContaining(reason);
  }

  private static Csr read(byte[] csr) {
    return Csr.read(csr, CRYPTO);
  }

  private Keys keys() {
    return new Keys(folder);
  }

  /** A prime of the form that the broken generator made: k·M + 65537^a mod M. */
  private static BigInteger rocaPrime(Random random) {
    BigInteger m = BigInteger.ONE;
    for (int n = 2; n <= 167; n++) {
      if (BigInteger.valueOf(n).isProbablePrime(50)) {
        m = m.multiply(BigInteger.valueOf(n));
      }
    }
    BigInteger residue = BigInteger.valueOf(65537).modPow(new BigInteger(60, random), m);
    while (true) {
      BigInteger k = new BigInteger(1024 - m.bitLength() + 1, random).setBit(1024 - m.bitLength());
      BigInteger candidate = k.multiply(m).add(residue);
      if (candidate.bitLength() == 1024 && candidate.isProbablePrime(30)) {
        return candidate;
      }
    }
  }

  private static byte[] requestFor(BigInteger p, BigInteger q) throws Exception {
    BigInteger modulus = p.multiply(q);
    BigInteger exponent = BigInteger.valueOf(65537);
    BigInteger order = p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE));
    KeyFactory keys = KeyFactory.getInstance("RSA");
    var pair =
        new KeyPair(
            keys.generatePublic(new RSAPublicKeySpec(modulus, exponent)),
            keys.generatePrivate(new RSAPrivateKeySpec(modulus, exponent.modInverse(order))));
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=x"), pair.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
        .getEncoded();
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }
}

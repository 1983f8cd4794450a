package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Problem;
import org.thingward.platform.StrangersCertificate;
import org.thingward.verify.Damage;

/** Whatever asks for a certificate or shows one: read, or refused with a reason. */
class RequestsFuzzTest {
  private static final NativeCrypto CRYPTO = NativeCrypto.load();
  private static final byte[] CSR = base64(CsrBytesTest.SOUND);
  private static final List<byte[]> SOUND =
      List.of(
          CsrBytesTest.SOUND,
          CSR,
          OcspBytesTest.SOUND,
          certificate(),
          text("twt1." + "A".repeat(22) + "." + "0f".repeat(32)),
          text("4f8a1c0b97d3e26f5be0417a9c62d8133ea7f5c8049b6d21f07e83ba51cc2d90"),
          text("thingward:device:pump-07"));

  /** A certificate; a length in its subject's name says more than there is. */
  private static final String FOUND_BY_FUZZING =
      """
      MIIBJjCB2aADAgECAgEBMAUGAytlcDAfMRAwDgYDVQQDDAdwdW1wLTA3MQswCQYDVQQFEwI3NzAgFw03MDAxMDEwMDAw
      MDBaGA8yMDk2MTAwMjA3MDY0MFowHzEQMA4GA1VXAwwHcHVtcC0wNzELMAkGA1WEBSMCNzcwKjAFBgMrZXADIQD1S4ZT
      gvoElix4mmerlXAqB7LW3VecgJQRyIcntXUmJKM4MDYwNAYDVR0RBC0wK4YYdGhpbmd3YXJkOq1ldmljZTpwdW1w08/I
      dA9wdW1wLTA3LmV4YW1wbGQwBQYDK2VwA0EA3CYGv/6zWNoWR9jB31tk4fwiAg4L0mD2hHRkqxLBuxsO9NkWNpEyjFlo
      +C3ZLOUSwTij+uaR3J9Bo8FkCzOTDQ==
      """;

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
    Damage.each(1_500, SOUND, RequestsFuzzTest::readAll);
  }

  @Test
  void a_name_whose_bytes_are_no_text_names_nobody() throws CertificateException {
    byte[] bytes = certificate();
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(CertificateField.COMMON_NAME.values(read(bytes))).containsExactly("pump-07");
    // Issuer and subject: the latter is the second.
    bytes[latin.indexOf("pump-07", latin.indexOf("pump-07") + 1)] = (byte) 0x81;
    assertThat(CertificateField.COMMON_NAME.values(read(bytes))).isEmpty();
    assertThat(CertificateField.SERIAL_NUMBER.values(read(bytes))).containsExactly("77");
  }

  @Test
  void a_name_that_one_parser_reads_and_another_does_not_names_nobody()
      throws CertificateException {
    X509Certificate certificate = read(Base64.getMimeDecoder().decode(FOUND_BY_FUZZING));
    for (CertificateField field : CertificateField.values()) {
      assertThat(field.values(certificate)).doesNotContain("pump-07");
    }
    assertThat(CertificateField.COMMON_NAME.values(certificate)).isEmpty();
  }

  @Test
  void a_certificate_whose_Ed25519_key_has_no_byte_is_none_nor_an_authoritys(@TempDir Path folder)
      throws Exception {
    var key = new ASN1EncodableVector();
    key.add(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519));
    key.add(new DERBitString(new byte[0]));
    X500Name name = new X500Name("CN=pump-07");
    byte[] der =
        new X509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                new Date(0),
                new Date(4_000_000_000_000L),
                name,
                SubjectPublicKeyInfo.getInstance(new DERSequence(key)))
            .build(
                new JcaContentSignerBuilder("Ed25519")
                    .build(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate()))
            .getEncoded();
    assertThatThrownBy(() -> read(der)).isInstanceOf(CertificateException.class);
    Path file = Files.write(folder.resolve("fleet.der"), der);
    assertThatThrownBy(() -> DeviceAuthority.read(file, "common-name"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds no certificate");
  }

  private static X509Certificate read(byte[] bytes) throws CertificateException {
    return StrangersCertificate.read(bytes);
  }

  private static void readAll(byte[] bytes) {
    refusedOr(() -> assertThat(Csr.read(bytes, CRYPTO).key()).isNotNull());
    refusedOr(() -> assertThat(EstCodec.request("application/pkcs10", bytes)).isNotNull());
    OcspRequest.read(bytes).ifPresent(request -> assertThat(request.asked()).hasSizeBetween(1, 16));
    String text = new String(bytes, StandardCharsets.UTF_8);
    refusedOr(() -> assertThat(EstCodec.request(text, CSR)).isNotNull());
    EnrolmentToken.parse(text).ifPresent(token -> assertThat(token.reveal()).isEqualTo(text));
    refusedOr(() -> assertThat(GroupKey.read(text).reveal()).isEqualToIgnoringCase(text));
    SubjectUri.parse(text).ifPresent(it -> assertThat(SubjectUri.of(it)).isEqualTo(text));
    names(bytes);
  }

  private static void names(byte[] bytes) {
    X509Certificate certificate;
    try {
      certificate = read(bytes);
    } catch (CertificateException e) {
      return;
    }
    for (CertificateField field : CertificateField.values()) {
      assertThat(field.values(certificate)).doesNotContainNull();
      DeviceAuthority any = new DeviceAuthority(List.of(), field, Pattern.compile(".*"));
      any.device(certificate).ifPresent(it -> assertThat(it.name()).isNotBlank());
    }
  }

  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (Problem problem) {
      assertThat(problem.status()).isBetween(400, 422);
      assertThat(problem.getMessage()).isNotBlank();
    }
  }

  private static byte[] certificate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      X500Name name = new X500Name("CN=pump-07,SERIALNUMBER=77");
      return new JcaX509v3CertificateBuilder(
              name,
              BigInteger.ONE,
              new Date(0),
              new Date(4_000_000_000_000L),
              name,
              pair.getPublic())
          .addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(
                  new GeneralName[] {
                    new GeneralName(
                        GeneralName.uniformResourceIdentifier, "thingward:device:pump-07"),
                    new GeneralName(GeneralName.dNSName, "pump-07.example")
                  }))
          .build(new JcaContentSignerBuilder("Ed25519").build(pair.getPrivate()))
          .getEncoded();
    } catch (GeneralSecurityException
        | org.bouncycastle.operator.OperatorCreationException
        | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] base64(byte[] der) {
    return Base64.getEncoder().encode(der);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.identity.EnrolmentTest.refused;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** What the attestation CA signs for keys that a TPM has proved. */
class AttestationCertificatesTest {
  private static final Subject PUMP = Subject.device("pump-07");
  private static final Digest TPM =
      Digest.of("the endorsement key".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;
  private Installation here;

  @BeforeEach
  void open() {
    here = new Installation(folder);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void it_names_the_device_and_its_tpm_for_the_one_purpose_and_is_on_record() throws Exception {
    X509Certificate made = certify(key());
    assertThat(made.getExtendedKeyUsage()).containsExactly("2.23.133.8.3");
    assertThat(made.getKeyUsage()).startsWith(true, false, false);
    assertThat(made.getBasicConstraints()).isEqualTo(-1);
    assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=pump-07");
    byte[] names = ASN1OctetString.getInstance(made.getExtensionValue("2.5.29.17")).getOctets();
    assertThat(new String(names, StandardCharsets.ISO_8859_1))
        .contains(HexFormat.of().formatHex(TPM.bytes()))
        .contains(SubjectUri.of(PUMP));
    assertThat(here.ledger.of(EntryType.CERTIFICATE).getLast().content())
        .contains("attestation-key-certificate", TPM.toString());
  }

  @Test
  void it_opens_no_session_and_is_no_credential_of_its_device() throws Exception {
    X509Certificate made = certify(key());
    refused(403, "certificate-invalid", () -> here.present(made));
    assertThat(here.line("pump-07").isEmpty()).isTrue();
  }

  @Test
  void asking_again_gives_the_same_until_half_of_its_life_and_another_key_or_tpm_another()
      throws Exception {
    PublicKey key = key();
    X509Certificate first = certify(key);
    assertThat(certify(key)).isEqualTo(first);
    assertThat(certify(key())).isNotEqualTo(first);
    assertThat(
            here.identity.attestationKeys().certify(PUMP, key, Digest.of(new byte[1])).getFirst())
        .isNotEqualTo(first);
    here.time.pass(IdentitySettings.USUAL_LIFE.dividedBy(2).plus(Duration.ofMinutes(1)));
    assertThat(certify(key)).isNotEqualTo(first);
  }

  @Test
  void it_is_revoked_with_its_device() throws Exception {
    X509Certificate made = certify(key());
    assertThat(list().isRevoked(made)).isFalse();
    Postures.contraindicate(here, PUMP, List.of(RevocationTest.order(here, "revoke")));
    Eventually.within(Duration.ofSeconds(1), () -> list().isRevoked(made));
    assertThat(certify(key())).as("of the same device, after it").isNotEqualTo(made);
  }

  private X509Certificate certify(PublicKey key) {
    List<X509Certificate> chain = here.identity.attestationKeys().certify(PUMP, key, TPM);
    assertThat(chain).hasSize(3);
    return chain.getFirst();
  }

  private static PublicKey key() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair().getPublic();
  }

  private X509CRL list() {
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509")
              .generateCRL(new ByteArrayInputStream(here.get("/crl/issuing-1.crl").body()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

package org.thingward.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.CryptoProfile;

/** Which keys are certified by which profile; ML-DSA as another library makes it. */
class CryptoProfileTest {
  private static final BouncyCastleProvider OTHERS = new BouncyCastleProvider();

  @TempDir Path folder;
  @TempDir Path device;
  private Installation here;
  private Keys keys;

  @BeforeEach
  void open() {
    here = new Installation(folder);
    keys = new Keys(device);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void an_ml_dsa_key_of_each_size_is_certified_in_the_line_of_its_device() throws Exception {
    for (String size : new String[] {"44", "65", "87"}) {
      KeyPair pair = key("ML-DSA-" + size);
      X509Certificate certificate =
          here.enrol("pump-" + size, here.token("pump-" + size), request(pair, "ML-DSA-" + size));

      assertThat(certificate.getPublicKey().getEncoded()).isEqualTo(pair.getPublic().getEncoded());
      assertThat(
              new X509CertificateHolder(Authority.der(certificate))
                  .isSignatureValid(
                      new JcaContentVerifierProviderBuilder()
                          .setProvider(OTHERS)
                          .build(here.identity.authorities().getFirst())))
          .isTrue();
      here.time.pass(Duration.ofDays(4));
      X509Certificate next =
          here.renew(certificate, request(key("ML-DSA-" + size), "ML-DSA-" + size));
      assertThat(here.present(next).subject().name()).isEqualTo("pump-" + size);
      here.time.pass(Duration.ofDays(-4));
    }
  }

  @Test
  void algorithms_are_stored_beside_each_certificate_and_read_out_of_those_of_older_versions()
      throws Exception {
    Map<String, byte[]> requests = new TreeMap<>();
    requests.put("ECDSA P-256", keys.ecRequest("p256"));
    requests.put("ECDSA P-384", keys.request("p384", "EC", "ec_paramgen_curve:P-384"));
    requests.put("Ed25519", keys.request("ed", "ED25519"));
    requests.put("ML-DSA-44", request(key("ML-DSA-44"), "ML-DSA-44"));
    requests.put("ML-DSA-87", request(key("ML-DSA-87"), "ML-DSA-87"));
    requests.put("RSA-2048", keys.request("rsa2", "RSA", "rsa_keygen_bits:2048"));
    requests.put("RSA-3072", keys.request("rsa3", "RSA", "rsa_keygen_bits:3072"));
    requests.forEach((name, request) -> {
      String device = name.replace(' ', '-');
      here.enrol(device, here.token(device), request);
    });
    assertThat(stored()).containsExactlyElementsOf(requests.keySet());

    for (String table : List.of("certificate", "attestation_certificate", "external_credential")) {
      update("ALTER TABLE identity." + table + " DROP key_algorithm, DROP signature_algorithm");
    }
    migrateAgain("V10__algorithms.sql");
    assertThat(stored()).as("by the migration").containsExactlyElementsOf(requests.keySet());
  }

  private void update(String sql) {
    here.database.jdbc().sql(sql).update();
  }

  private void migrateAgain(String name) throws IOException, SQLException {
    try (InputStream file = Identity.class.getResourceAsStream("/db/migration/identity/" + name);
        Connection connection = here.database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      boolean unused = statement.execute(new String(file.readAllBytes(), UTF_8));
    }
  }

  /** Of the keys, in order; each is signed by the one scheme there is. */
  private List<String> stored() {
    return here.database
        .jdbc()
        .sql(
            "SELECT key_algorithm FROM identity.certificate"
                + " WHERE signature_algorithm = 'ECDSA with SHA-256' ORDER BY key_algorithm COLLATE \"C\"")
        .query(String.class)
        .list();
  }

  @Test
  void classic_takes_no_ml_dsa_and_pq_no_rsa_and_both_say_which_they_take() throws Exception {
    byte[] lattice = request(key("ML-DSA-44"), "ML-DSA-44");
    byte[] rsa = keys.request("rsa", "RSA", "rsa_keygen_bits:2048");
    here.crypto = CryptoProfile.CLASSIC;
    here.restart();
    assertThatThrownBy(() -> here.enrol("a", here.token("a"), lattice))
        .hasMessageContaining("P-256, P-384, Ed25519, RSA of 2048 to 4096 bits are taken")
        .hasMessageContaining("classic");
    here.crypto = CryptoProfile.PQ;
    here.restart();
    assertThatThrownBy(() -> here.enrol("a", here.token("a"), rsa))
        .hasMessageContaining("P-256, P-384, Ed25519, ML-DSA are taken by the profile pq");
    assertThat(here.enrol("a", here.token("a"), lattice)).isNotNull();
  }

  @Test
  void what_a_signature_calls_itself_is_what_it_must_be() throws Exception {
    KeyPair pair = key("ML-DSA-44");
    byte[] sound = request(pair, "ML-DSA-44");
    CertificationRequest request = CertificationRequest.getInstance(sound);
    byte[] misnamed =
        new CertificationRequest(
                request.getCertificationRequestInfo(),
                new AlgorithmIdentifier(NISTObjectIdentifiers.id_ml_dsa_65),
                (DERBitString) request.getSignature())
            .getEncoded(ASN1Encoding.DER);
    assertThatThrownBy(() -> Csr.read(misnamed, NativeCrypto.load()))
        .hasMessageContaining("not by its own key");

    SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    var other =
        new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_ml_dsa_65),
            key.getPublicKeyData().getBytes());
    assertThat(DeviceKeyRules.objection(other, CryptoProfile.HYBRID))
        .hasValue("is no ML-DSA key of its size (RFC 9881 §4)");
    byte[] bent = sound.clone();
    bent[bent.length - 1] ^= 1;
    assertThatThrownBy(() -> Csr.read(bent, NativeCrypto.load()))
        .hasMessageContaining("not by its own key");
  }

  private static KeyPair key(String algorithm) throws Exception {
    return KeyPairGenerator.getInstance(algorithm, OTHERS).generateKeyPair();
  }

  private static byte[] request(KeyPair pair, String algorithm) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=ignored"), pair.getPublic())
        .build(new JcaContentSignerBuilder(algorithm).setProvider(OTHERS).build(pair.getPrivate()))
        .getEncoded();
  }
}

package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ML-DSA as openssl 3.5 or newer makes and verifies it. Debian 12 has an older one: then {@code
 * -Dthingward.openssl=FILE} names another, and without one this says that it did not run. What
 * {@link CryptoProfileTest} shows by Bouncy Castle it shows everywhere.
 */
class MlDsaByOpensslTest {
  private static final String OPENSSL = System.getProperty("thingward.openssl", "openssl");

  @TempDir Path folder;
  @TempDir Path device;
  private Installation here;

  @BeforeEach
  void open() {
    assumeTrue(
        openssl("version").matches("(?s)OpenSSL (3\\.([5-9]|[1-9]\\d)|[4-9]).*"),
        () -> OPENSSL + " knows no ML-DSA: give -Dthingward.openssl=FILE, 3.5 or newer");
    here = new Installation(folder);
  }

  @AfterEach
  void close() throws Exception {
    if (here != null) {
      here.close();
    }
  }

  @Test
  void openssl_asks_with_an_ml_dsa_key_verifies_the_certificate_and_what_its_key_signs()
      throws Exception {
    for (String size : new String[] {"44", "65", "87"}) {
      openssl("genpkey", "-algorithm", "ML-DSA-" + size, "-out", "key.pem");
      openssl("req", "-new", "-key", "key.pem", "-subj", "/CN=x", "-outform", "DER", "-out", "csr");
      byte[] request = Files.readAllBytes(device.resolve("csr"));
      X509Certificate made = here.enrol("pump-" + size, here.token("pump-" + size), request);
      write("chain.pem", here.identity.authorityPem());
      write("made.pem", Authority.pem(made));
      assertThat(openssl("verify", "-CAfile", "chain.pem", "-purpose", "sslclient", "made.pem"))
          .contains("made.pem: OK");
      assertThat(openssl("x509", "-in", "made.pem", "-noout", "-pubkey"))
          .isEqualTo(openssl("pkey", "-in", "key.pem", "-pubout"));
      openssl("pkeyutl", "-sign", "-inkey", "key.pem", "-in", "csr", "-rawin", "-out", "signed");
      assertThat(verified()).contains("Verified Successfully");
      refusesOneBit(made);
      byte[] forged = request.clone();
      forged[forged.length - 1] ^= 1;
      assertThatThrownBy(() -> here.enrol("thief", here.token("thief"), forged))
          .as("a request that openssl signed, with a bit turned")
          .hasMessageContaining("signature");
    }
  }

  private String verified() {
    return openssl(
        "pkeyutl",
        "-verify",
        "-certin",
        "-inkey",
        "made.pem",
        "-in",
        "csr",
        "-rawin",
        "-sigfile",
        "signed");
  }

  /** The key in another certificate, under the same signature. */
  private void refusesOneBit(X509Certificate made) throws Exception {
    byte[] der = Authority.der(made);
    der[der.length / 2] ^= 1;
    write(
        "forged.pem",
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> openssl("verify", "-CAfile", "chain.pem", "forged.pem"))
        .hasMessageContaining("signature failure");
  }

  private void write(String file, String text) throws Exception {
    Files.write(device.resolve(file), text.getBytes(StandardCharsets.US_ASCII));
  }

  private String openssl(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = OPENSSL;
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Command.run(device, command);
  }
}

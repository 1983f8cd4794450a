package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Digest;

/** Files of endorsement keys, as an operator has them. */
class TpmKeysTest {
  private static final Path FILE = Path.of("keys");

  @Test
  void keys_in_pem_are_named_by_the_digest_of_their_subject_public_key_info() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(key));
    assertThat(TpmCommand.keys(FILE, pem + pem)).hasSize(2).containsOnly(Digest.of(key).toString());
  }

  @Test
  void a_certificate_that_cannot_be_read_and_what_is_no_base64_are_refused() {
    // Its Ed25519 key has no byte, which the JDK's reader breaks on.
    String keyless =
        "MG4wXgIBATAFBgMrZXAwEjEQMA4GA1UEAwwHcHVtcC0wNzAeFw0yMDAxMDEwMDAwMDBaFw00MDAx"
            + "MDEwMDAwMDBaMBIxEDAOBgNVBAMMB3B1bXAtMDcwCjAFBgMrZXADAQAwBQYDK2VwAwUAAAAAAA==";
    for (String inside : List.of(keyless, "A")) {
      String pem = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n".formatted(inside);
      assertThatThrownBy(() -> TpmCommand.keys(FILE, pem))
          .isInstanceOf(Failed.class)
          .hasMessageContaining(FILE + " holds a certificate that cannot be read");
    }
  }

  @Test
  void digests_are_the_first_cells_of_lines_and_titles_are_passed_over() {
    String hex = "AB".repeat(32);
    assertThat(TpmCommand.keys(FILE, "digest,serial\n" + hex + ",7\nsha256:" + hex + "\n\n"))
        .containsOnly("sha256:" + hex.toLowerCase(java.util.Locale.ROOT))
        .hasSize(2);
    assertThatThrownBy(() -> TpmCommand.keys(FILE, hex + "\nnone\n"))
        .hasMessageContaining("line 2");
    assertThat(TpmCommand.devices("digest,serial\n" + hex + ",7\n")).isEmpty();
    assertThat(TpmCommand.devices("digest;serial;Device\n" + hex + ";7;\"pump-07\"\n"))
        .containsExactly(Map.entry("sha256:" + hex.toLowerCase(Locale.ROOT), "pump-07"));
    assertThatThrownBy(() -> TpmCommand.keys(FILE, "digest\n")).hasMessageContaining("no key");
  }
}

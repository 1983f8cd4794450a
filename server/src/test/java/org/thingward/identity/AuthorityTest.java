package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Randomness;
import org.thingward.platform.Said;
import org.thingward.platform.Time;
import org.thingward.trust.Subject;

class AuthorityTest {
  private static final NativeCrypto CRYPTO = NativeCrypto.load();

  @TempDir Path folder;
  private final Time time = Time.ofMachine();
  private final Randomness randomness = new Randomness(time);

  @Test
  void I1_the_first_start_makes_root_and_issuing_authority_that_openssl_verifies() {
    Authority authority = open(Optional.empty());

    assertThat(Command.run(folder, "openssl", "verify", "-CAfile", "root.pem", "issuing-1.pem"))
        .contains("OK");
    String issuing =
        Command.run(folder, "openssl", "x509", "-in", "issuing-1.pem", "-noout", "-text");
    assertThat(issuing)
        .contains("CA:TRUE, pathlen:0")
        .contains("Certificate Sign, CRL Sign")
        .contains("ecdsa-with-SHA256");
    assertThat(authority.chain()).hasSize(2);
  }

  @Test
  void I1_the_root_key_leaves_encrypted_and_is_nowhere_else() throws Exception {
    open(Optional.empty());

    String passphrase = Files.readString(folder.resolve(OfflineRoot.PASSPHRASE)).strip();
    assertThat(Files.readString(folder.resolve(OfflineRoot.KEY)))
        .startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    String opened =
        Command.run(
            folder,
            "openssl",
            "pkey",
            "-in",
            OfflineRoot.KEY,
            "-passin",
            "pass:" + passphrase,
            "-pubout");
    String certified =
        Command.run(folder, "openssl", "x509", "-in", "root.pem", "-noout", "-pubkey");
    assertThat(opened).isEqualTo(certified);
    assertThat(
            Command.attempt(
                    folder,
                    "openssl",
                    "pkey",
                    "-in",
                    OfflineRoot.KEY,
                    "-passin",
                    "pass:guess",
                    "-pubout")
                .exit())
        .isNotZero();
    assertThat(files()).noneMatch(name -> name.equals("root.key"));
  }

  @Test
  void I1_every_file_but_the_certificates_own_text_is_readable_by_its_owner_alone()
      throws Exception {
    open(Optional.empty());

    for (String name : files()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
          .as(name)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void I1_a_stored_key_opens_only_with_the_key_that_sealed_it() throws Exception {
    open(Optional.empty());
    Files.delete(folder.resolve("key-encryption-key"));

    assertThatThrownBy(() -> open(Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("issuing-1.key")
        .hasMessageContaining("sealed by key-encryption key");
  }

  @Test
  void I1_a_stored_key_that_was_changed_does_not_open() throws Exception {
    open(Optional.empty());
    Path key = folder.resolve("issuing-1.key");
    String text = Files.readString(key);
    int at = text.indexOf("\"public\":\"") + 60;
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    Files.writeString(key, text.substring(0, at) + other + text.substring(at + 1));
    assertThatThrownBy(() -> open(Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("issuing-1.key");
  }

  @Test
  void I1_the_key_that_encrypts_keys_comes_from_a_file_of_the_operator() throws Exception {
    Path credential = folder.resolve("credential");
    Command.run(
        folder,
        "sh",
        "-c",
        "umask 077; (printf thingward-kek-v1:; openssl rand -base64 32) > credential");
    open(Optional.of(credential));

    assertThat(files()).doesNotContain("key-encryption-key");
    Files.setPosixFilePermissions(credential, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> open(Optional.of(credential)))
        .hasMessageContaining("every user of this machine may read");
  }

  @Test
  void I1_start_says_that_a_key_beside_the_data_protects_backups_only() throws Exception {
    Path credential = folder.resolve("credential");
    Command.run(
        folder,
        "sh",
        "-c",
        "umask 077; (printf thingward-kek-v1:; openssl rand -base64 32) > credential");
    try (Said said = new Said(KeyEncryptionKey.class)) {
      String given =
          KeyEncryptionKey.open(
                  KeyEncryptionPlace.of(Optional.of(credential.toString())), folder, randomness)
              .id();
      assertThat(said.warnings()).isEmpty();
      String beside =
          KeyEncryptionKey.open(new KeyEncryptionPlace.Beside(), folder, randomness).id();
      assertThat(said.warnings()).singleElement().asString().contains("lies beside", "backup");
      assertThat(beside).isNotEqualTo(given);
    }
  }

  @Test
  void a_second_start_continues_with_the_same_authority() {
    assertThat(open(Optional.empty()).chain()).isEqualTo(open(Optional.empty()).chain());
  }

  @Test
  void a_first_start_that_was_interrupted_is_begun_anew() throws Exception {
    open(Optional.empty());
    Files.delete(folder.resolve("issuing-1.pem"));

    open(Optional.empty());
    assertThat(Command.run(folder, "openssl", "verify", "-CAfile", "root.pem", "issuing-1.pem"))
        .contains("OK");
  }

  @Test
  void the_device_listeners_certificate_holds_for_its_names_and_addresses() throws Exception {
    Authority authority = open(Optional.empty());
    SoftwareKey key = SoftwareKey.generate(SignatureScheme.ECDSA_P256_SHA256, randomness, CRYPTO);
    var chain =
        authority.issueServer(
            List.of("things.example", "192.0.2.7", "2001:db8::7"),
            key.publicKey(),
            time.now(),
            java.time.Duration.ofDays(30));
    Files.writeString(folder.resolve("server.pem"), Authority.pem(chain.getFirst()));

    for (String[] name :
        new String[][] {
          {"-verify_hostname", "things.example"},
          {"-verify_ip", "192.0.2.7"},
          {"-verify_ip", "2001:db8::7"}
        }) {
      assertThat(
              Command.run(
                  folder,
                  "openssl",
                  "verify",
                  "-purpose",
                  "sslserver",
                  name[0],
                  name[1],
                  "-CAfile",
                  "root.pem",
                  "-untrusted",
                  "issuing-1.pem",
                  "server.pem"))
          .contains("OK");
    }
  }

  @Test
  void I5_a_device_certificate_is_for_client_authentication_and_names_its_device()
      throws Exception {
    Authority authority = open("https://things.example:8443");
    Csr csr = Csr.read(new Keys(folder).ecRequest("device"), CRYPTO);
    byte[] der =
        authority
            .issueClient(
                Subject.device("pump-07"),
                Profile.DEVICE,
                csr.key(),
                time.now(),
                IdentitySettings.USUAL_LIFE)
            .der();
    Files.writeString(folder.resolve("device.pem"), Authority.pem(Authority.read(der)));

    assertThat(
            Command.run(
                folder,
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslclient",
                "-CAfile",
                "root.pem",
                "-untrusted",
                "issuing-1.pem",
                "device.pem"))
        .contains("OK");
    assertThat(Command.run(folder, "openssl", "x509", "-in", "device.pem", "-noout", "-text"))
        .contains("Subject: CN = pump-07")
        .contains("URI:thingward:device:pump-07")
        .contains("TLS Web Client Authentication")
        .contains("Digital Signature")
        .contains("CA:FALSE")
        .containsPattern("https://things\\.example:8443/crl/issuing-1/[0-3][0-9a-f]\\.crl");
  }

  private Authority open(Optional<Path> keyEncryptionKey) {
    return open(keyEncryptionKey, Optional.empty());
  }

  private Authority open(String publicUrl) {
    return open(Optional.empty(), Optional.of(publicUrl));
  }

  private Authority open(Optional<Path> keyEncryptionKey, Optional<String> publicUrl) {
    KeyEncryptionKey kek =
        KeyEncryptionKey.open(
            KeyEncryptionPlace.of(keyEncryptionKey.map(Path::toString)), folder, randomness);
    KeyVault vault = new FileVault(folder, kek, CRYPTO, randomness);
    return new AuthorityFolder(folder, vault, CRYPTO, time, randomness)
        .open(publicUrl, unused -> Optional.empty())
        .current();
  }

  private List<String> files() throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).toList();
    }
  }
}

package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPrivateKey;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Database;
import org.thingward.platform.ImportedCredential;
import org.thingward.platform.Randomness;
import org.thingward.platform.Said;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;

/** Issuing keys in a real token: SoftHSM's. */
class Pkcs11VaultTest {
  private static final NativeCrypto CRYPTO = NativeCrypto.load();
  private static final SoftHsm HSM = new SoftHsm("fleet", "locked");

  @TempDir Path folder;
  private final Time time = Time.ofMachine();
  private final Randomness randomness = new Randomness(time);

  @Test
  void I1_the_issuing_key_is_made_in_the_token_and_cannot_be_read_out_of_it() throws Exception {
    Authority authority = open(HSM.uri("fleet", "first"));
    Files.writeString(folder.resolve("issuing.pem"), Authority.pem(authority.certificate()));

    assertThat(Command.run(folder, "openssl", "verify", "-CAfile", "root.pem", "issuing.pem"))
        .contains("OK");
    Pkcs11Key key = (Pkcs11Key) authority.key();
    assertThat(key.key()).isNotInstanceOf(ECPrivateKey.class);
    assertThat(key.key().getEncoded()).isNull();
    assertThat(folder.resolve("issuing-1.key")).doesNotExist();
  }

  @Test
  void a_second_start_goes_on_with_the_same_key_and_signs_with_it() {
    Authority first = open(HSM.uri("fleet", "again"));
    Authority second = open(HSM.uri("fleet", "again"));

    assertThat(second.chain()).isEqualTo(first.chain());
    assertThat(AuthorityCheck.objection(second.certificate(), second.key())).isEmpty();
  }

  @Test
  void an_installation_with_its_key_in_a_file_goes_on_with_it() {
    Authority before = open(Optional.empty());
    Authority after = open(Optional.of(HSM.uri("fleet", "later")));
    assertThat(after.chain()).isEqualTo(before.chain());
    assertThat(after.key()).isInstanceOf(SoftwareKey.class);
  }

  @Test
  void another_key_in_the_place_of_the_issuing_key_is_noticed_at_start() {
    open(HSM.uri("fleet", "mine"));
    SigningKey unused =
        vault(HSM.uri("fleet", "others")).generate("issuing-1", SignatureScheme.ECDSA_P256_SHA256);

    assertThatThrownBy(() -> open(HSM.uri("fleet", "others")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("issuing-1")
        .hasMessageContaining("its key is not the one in its certificate");
    assertThatThrownBy(() ->
            vault(HSM.uri("fleet", "others"))
                .generate("issuing-1", SignatureScheme.ECDSA_P256_SHA256))
        .hasMessageContaining("none is overwritten");
  }

  @Test
  void a_wrong_pin_a_missing_token_and_a_missing_module_stop_the_start_with_the_reason()
      throws Exception {
    Path wrong = pinFile("975310");
    Pkcs11Uri good = HSM.uri("locked", "x");

    assertThatThrownBy(() -> vault(new Pkcs11Uri("locked", "x", good.module(), wrong)))
        .hasMessageContaining("does not open with the PIN in " + wrong);
    assertThatThrownBy(() -> vault(new Pkcs11Uri("nobodys", "x", good.module(), good.pinFile())))
        .hasMessageContaining("no token")
        .hasMessageContaining("nobodys");
    assertThatThrownBy(() -> vault(new Pkcs11Uri("fleet", "x", Path.of("/no.so"), good.pinFile())))
        .hasMessageContaining("no PKCS#11 module /no.so");
    Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> vault(new Pkcs11Uri("fleet", "x", good.module(), wrong)))
        .hasMessageContaining("every user of this machine may read the PIN");
  }

  @Test
  void I1_the_key_that_encrypts_keys_is_made_in_the_token_and_never_leaves_it() throws Exception {
    Pkcs11Uri uri = HSM.uri("fleet", "kek");
    Authority first = sealedBy(uri);
    Map<String, byte[]> stored = Map.of("k", Files.readAllBytes(folder.resolve("issuing-1.key")));

    assertThat(Pkcs11Token.open("--key-encryption-key", uri).aesKey("key-encryption-key"))
        .satisfies(key -> assertThat(key.getEncoded()).as("it can be used, not read").isNull());
    assertThat(folder.resolve("key-encryption-key")).as("nothing lies beside").doesNotExist();
    Authority second = sealedBy(uri);
    assertThat(second.chain()).isEqualTo(first.chain());
    assertThat(AuthorityCheck.objection(second.certificate(), second.key())).isEmpty();
    assertThat(Files.readAllBytes(folder.resolve("issuing-1.key"))).isEqualTo(stored.get("k"));
  }

  @Test
  void I1_a_copy_of_the_files_opens_with_no_other_token_key_or_file_and_a_changed_one_with_none()
      throws Exception {
    Pkcs11Uri uri = HSM.uri("fleet", "kek-mine");
    Authority unused = sealedBy(uri);

    assertThatThrownBy(() -> sealedBy(HSM.uri("fleet", "kek-thief")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sealed by key-encryption key");
    assertThatThrownBy(() -> open(Optional.empty()))
        .hasMessageContaining("sealed by key-encryption key");
    KeyEncryptionKey kek =
        KeyEncryptionKey.open(new KeyEncryptionPlace.InToken(uri), folder, randomness);
    KeyEncryptionKey.Sealed sealed = kek.seal(new byte[] {1, 2, 3}, new byte[] {4});
    assertThat(kek.open(sealed, new byte[] {4})).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> kek.open(sealed, new byte[] {5}))
        .isInstanceOf(IllegalStateException.class);
    for (int bit = 0; bit < sealed.ciphertext().length * 8; bit++) {
      byte[] changed = sealed.ciphertext().clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(
              () -> kek.open(new KeyEncryptionKey.Sealed(sealed.nonce(), changed), new byte[] {4}))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void I1_what_a_file_has_sealed_is_sealed_under_a_token_and_under_another_one_without_the_file()
      throws Exception {
    Authority first = open(Optional.empty());
    KeyEncryptionPlace one = new KeyEncryptionPlace.InToken(HSM.uri("fleet", "kek-later"));
    KeyEncryptionPlace other = new KeyEncryptionPlace.InToken(HSM.uri("fleet", "kek-last"));
    try (Database database = TestDatabase.fresh()) {
      assertThatThrownBy(() -> Resealing.open(folder, one, other, database, randomness))
          .hasMessageContaining("has no key");
      KeyEncryptionPlace beside = new KeyEncryptionPlace.Beside();
      assertThat(Resealing.open(folder, beside, one, database, randomness).run(step -> {}).keys())
          .isEqualTo(1);
      Files.delete(folder.resolve("key-encryption-key"));
      assertThat(Resealing.open(folder, one, other, database, randomness).run(step -> {}).keys())
          .isEqualTo(1);
    }
    assertThatThrownBy(() -> sealedBy(HSM.uri("fleet", "kek-later")))
        .hasMessageContaining("sealed by key-encryption key");
    assertThat(sealedBy(HSM.uri("fleet", "kek-last")).chain()).isEqualTo(first.chain());
    assertThat(folder.resolve("key-encryption-key")).doesNotExist();
  }

  @Test
  void I1_without_the_token_of_the_key_that_encrypts_keys_nothing_starts_and_the_reason_is_said()
      throws Exception {
    Path wrong = pinFile("864209");
    Pkcs11Uri good = HSM.uri("locked", "kek");
    assertThatThrownBy(() -> sealedBy(new Pkcs11Uri("locked", "kek", good.module(), wrong)))
        .hasMessageContaining("--key-encryption-key: the token 'locked' does not open with the PIN")
        .hasMessageNotContaining("864209");
    assertThatThrownBy(() -> sealedBy(new Pkcs11Uri("gone", "kek", good.module(), good.pinFile())))
        .hasMessageContaining("--key-encryption-key: no token")
        .hasMessageContaining("'gone'");
    assertThat(folder.resolve("issuing-1.key")).doesNotExist();
  }

  @Test
  void a_pin_that_anybody_tries_is_refused_before_the_token_sees_it() throws Exception {
    Path pin = pinFile("123456");
    Pkcs11Uri good = HSM.uri("fleet", "x");
    assertThatThrownBy(() -> vault(new Pkcs11Uri("fleet", "x", good.module(), pin)))
        .hasMessageContaining("is one that anybody tries (list '")
        .hasMessageContaining("pkcs11-tool --change-pin")
        .hasMessageNotContaining("123456");
    try (Said said = new Said(ImportedCredential.class)) {
      Pkcs11Vault unused = vault(good);
      assertThat(said.warnings()).singleElement().asString().contains("bits at most");
    }
  }

  @Test
  void a_pin_on_the_command_line_and_unknown_attributes_are_refused() {
    assertThatThrownBy(() -> Pkcs11Uri.parse("pkcs11:token=a?module-path=/b&pin-value=1234"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write it into a file")
        .hasMessageNotContaining("1234");
    assertThatThrownBy(() -> Pkcs11Uri.parse("pkcs11:token=a;colour=b?module-path=/b"))
        .hasMessageContaining("'colour' is not taken");
    assertThatThrownBy(() -> Pkcs11Uri.parse("pkcs11:token=a?module-path=/b"))
        .hasMessageContaining("pin-source is missing");
    assertThatThrownBy(() -> Pkcs11Uri.parse("file:/a")).hasMessageContaining("pkcs11:");
    Pkcs11Uri read =
        Pkcs11Uri.parse("pkcs11:token=My%20HSM;object=a+b?module-path=/m&pin-source=file:/p");
    assertThat(read).isEqualTo(new Pkcs11Uri("My HSM", "a+b", Path.of("/m"), Path.of("/p")));
  }

  private Pkcs11Vault vault(Pkcs11Uri uri) {
    return Pkcs11Vault.open(uri, time, randomness);
  }

  /** Keys in files, under a key in this token. */
  private Authority sealedBy(Pkcs11Uri uri) {
    KeyEncryptionKey kek =
        KeyEncryptionKey.open(new KeyEncryptionPlace.InToken(uri), folder, randomness);
    return new AuthorityFolder(
            folder, new FileVault(folder, kek, CRYPTO, randomness), CRYPTO, time, randomness)
        .open(Optional.empty(), unused -> Optional.empty())
        .current();
  }

  private Authority open(Pkcs11Uri uri) {
    return open(Optional.of(uri));
  }

  private Authority open(Optional<Pkcs11Uri> uri) {
    KeyEncryptionKey kek =
        KeyEncryptionKey.open(new KeyEncryptionPlace.Beside(), folder, randomness);
    KeyVault files = new FileVault(folder, kek, CRYPTO, randomness);
    KeyVault vault = uri.<KeyVault>map(it -> new KeyVaults(vault(it), files)).orElse(files);
    return new AuthorityFolder(folder, vault, CRYPTO, time, randomness)
        .open(Optional.empty(), unused -> Optional.empty())
        .current();
  }

  private Path pinFile(String pin) throws IOException {
    Path file = Files.writeString(folder.resolve("other-pin"), pin + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}

package org.thingward.identity;

import java.nio.file.Path;
import java.util.Optional;

/** Where the key that encrypts keys comes from (rule I1). */
public sealed interface KeyEncryptionPlace {
  /** A file beside the keys, made at first start: it protects backups without it, nothing else. */
  record Beside() implements KeyEncryptionPlace {}

  /**
   * A file that the operator gives, e.g. a systemd credential.
   *
   * @param file the file
   */
  record InFile(Path file) implements KeyEncryptionPlace {}

  /**
   * A PKCS#11 token that the key never leaves.
   *
   * @param uri the token
   */
  record InToken(Pkcs11Uri uri) implements KeyEncryptionPlace {}

  /**
   * As the setting has it: a file, or a URI that begins with {@code pkcs11:}.
   *
   * @throws IllegalArgumentException saying what is wrong with the URI
   */
  static KeyEncryptionPlace of(Optional<String> setting) {
    if (setting.isEmpty()) {
      return new Beside();
    }
    return Pkcs11Uri.isOne(setting.get())
        ? new InToken(Pkcs11Uri.parse(setting.get()))
        : new InFile(Path.of(setting.get()));
  }
}

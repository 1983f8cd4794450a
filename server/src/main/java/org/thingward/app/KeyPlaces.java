package org.thingward.app;

import java.util.Optional;
import org.thingward.identity.KeyEncryptionPlace;
import org.thingward.identity.Pkcs11Uri;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;

/**
 * Where keys are, as the settings have it; the server and its commands on the host read it alike.
 */
final class KeyPlaces {
  private KeyPlaces() {}

  /** Where the key that encrypts keys comes from. */
  static KeyEncryptionPlace encrypting(Settings settings) {
    return encrypting("--key-encryption-key", settings.keyEncryptionKey());
  }

  /** Such a place, as this flag gives it. */
  static KeyEncryptionPlace encrypting(String flag, Optional<String> given) {
    try {
      return KeyEncryptionPlace.of(given);
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused(flag + ": " + e.getMessage() + ".");
    }
  }

  /** The token that issuing keys are in; empty for encrypted files. */
  static Optional<Pkcs11Uri> issuing(Settings settings) {
    try {
      return settings.issuingKey().map(Pkcs11Uri::parse);
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused("--issuing-key: " + e.getMessage() + ".");
    }
  }
}

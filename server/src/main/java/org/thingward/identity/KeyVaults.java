package org.thingward.identity;

import java.util.Optional;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/**
 * Several places for keys: new ones are made in the first, and each is looked for in all. So that
 * an authority whose key is in a file goes on while its successor's is made in a token.
 *
 * @param first where keys are made
 * @param other where older ones may be
 */
record KeyVaults(KeyVault first, KeyVault other) implements KeyVault {
  /** The token before the files, if there is one. */
  static KeyVault of(Optional<Pkcs11Uri> token, KeyVault files, Time time, Randomness randomness) {
    return token
        .<KeyVault>map(uri -> new KeyVaults(Pkcs11Vault.open(uri, time, randomness), files))
        .orElse(files);
  }

  @Override
  public SigningKey generate(String name, SignatureScheme scheme) {
    return first.generate(name, scheme);
  }

  @Override
  public Optional<SigningKey> find(String name) {
    return first.find(name).or(() -> other.find(name));
  }
}

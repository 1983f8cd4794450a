package org.thingward.identity;

import java.util.Optional;

/** Where signing keys are made and kept, by name. None can be read back as bytes. */
interface KeyVault {
  /**
   * Makes a key under this name and keeps it durably.
   *
   * @throws IllegalStateException if a key of the name is there, and this place replaces none
   */
  SigningKey generate(String name, SignatureScheme scheme);

  /**
   * The key of this name.
   *
   * @throws IllegalStateException if it is there but cannot be opened, saying why
   */
  Optional<SigningKey> find(String name);
}

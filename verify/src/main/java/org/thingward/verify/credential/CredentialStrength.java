package org.thingward.verify.credential;

/** How well a user name and a password, or a pre-shared key, withstand whoever guesses. */
public sealed interface CredentialStrength {
  /** The fewest bits that withstand guessing where nothing slows it down. */
  int FLOOR_BITS = 64;

  /**
   * It ships as a default, or is tried by worms.
   *
   * @param list the list that has it, e.g. {@code mirai}
   */
  record Known(String list) implements CredentialStrength {}

  /**
   * It is on no list, and too plain.
   *
   * @param bits an upper estimate of what a guesser must try, base 2; below {@link #FLOOR_BITS}
   */
  record Guessable(int bits) implements CredentialStrength {}

  /** On no list, and not below the floor. That it was made by chance, nobody can tell from it. */
  record Strong() implements CredentialStrength {}

  /**
   * Tells how strong a secret is.
   *
   * @param user the user name that goes with it; empty if there is none, as with a pre-shared key
   * @param secret the password or key, as a person or a device types it
   */
  static CredentialStrength of(String user, String secret) {
    return KnownCredentials.SHIPPED
        .listOf(user, secret)
        .<CredentialStrength>map(Known::new)
        .orElseGet(() -> {
          int bits = SecretBits.of(user, secret);
          return bits < FLOOR_BITS ? new Guessable(bits) : new Strong();
        });
  }
}

package org.thingward.platform;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.verify.credential.CredentialStrength;

/**
 * A secret that others made and a setting brings in: never one that ships as a default or that
 * worms try, and of {@link CredentialStrength#FLOOR_BITS} bits or more where nothing slows guessing
 * down.
 *
 * @param what the secret, with where it is, e.g. {@code the broker's password in FILE}
 * @param remedy what to do about a weak one
 * @param floor what becomes of one that is on no list and too plain
 */
public record ImportedCredential(String what, String remedy, Floor floor) {
  private static final Logger LOG = LoggerFactory.getLogger(ImportedCredential.class);

  /** What becomes of a secret that is on no list, and below the floor. */
  public enum Floor {
    REFUSED,
    /** Taken, with a warning at each start: its owner may not be who can change it. */
    FLAGGED
  }

  /**
   * Returns if the secret may be used.
   *
   * @param user the name that goes with it; empty if there is none
   * @throws IllegalArgumentException saying why not and what to do, without the secret
   */
  public void require(String user, String secret) {
    switch (CredentialStrength.of(user, secret)) {
      case CredentialStrength.Known known ->
          throw new IllegalArgumentException(
              "%s is one that anybody tries (list '%s'): %s".formatted(what, known.list(), remedy));
      case CredentialStrength.Guessable plain -> tooPlain(plain.bits());
      case CredentialStrength.Strong strong -> {
        // As it must be.
      }
    }
  }

  private void tooPlain(int bits) {
    String text =
        "%s has %d bits at most; with %d or more it withstands guessing: %s"
            .formatted(what, bits, CredentialStrength.FLOOR_BITS, remedy);
    if (floor == Floor.REFUSED) {
      throw new IllegalArgumentException(text);
    }
    LOG.warn("{}", text);
  }
}

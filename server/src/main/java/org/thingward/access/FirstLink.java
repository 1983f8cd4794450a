package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * The one-time link that registers the first passkey (rule O7). Only the digest of its secret is
 * kept, in memory; the secret is in the fragment of the link, which a browser sends to nobody.
 */
final class FirstLink {
  /** How long it is good for. */
  static final Duration LIFE = Duration.ofMinutes(10);

  private static final int SECRET = 32;

  private record Open(Digest secret, long ends) {}

  private final Randomness randomness;
  private final Time time;
  private Optional<Open> open = Optional.empty();

  FirstLink(Randomness randomness, Time time) {
    this.randomness = randomness;
    this.time = time;
  }

  /** A new secret; an earlier one ends. */
  synchronized String draw() {
    String secret = Base64Url.encode(randomness.bytes(SECRET));
    open = Optional.of(new Open(digest(secret), time.nanos() + LIFE.toNanos()));
    return secret;
  }

  /**
   * Returns if the link with this secret may be used now.
   *
   * @throws Problem 403 if it may not
   */
  synchronized void require(String secret) {
    boolean good =
        open.filter(it -> it.ends() - time.nanos() > 0)
            .filter(it -> MessageDigest.isEqual(it.secret().bytes(), digest(secret).bytes()))
            .isPresent();
    if (!good) {
      throw new Problem(
          403,
          "link-over",
          "This link was used, has expired or is not the newest one. While no passkey is registered, or in the ten minutes after a recovery, each start of the server gives a new one.");
    }
  }

  /** It was used. */
  synchronized void end() {
    open = Optional.empty();
  }

  private static Digest digest(String secret) {
    return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
  }
}

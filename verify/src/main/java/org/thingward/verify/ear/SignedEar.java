package org.thingward.verify.ear;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.thingward.trust.Digest;
import org.thingward.verify.jws.CompactJws;
import org.thingward.verify.jws.JwsAlgorithm;
import org.thingward.verify.jws.JwsRefused;

/**
 * An attestation result with its signature: a JSON web token in the compact form (RFC 7515, RFC
 * 7519), signed with ES256 and no other algorithm.
 *
 * @param text the token
 */
public record SignedEar(String text) {
  private static final int LONGEST = 64 << 10;
  private static final Duration SLOW = Duration.ofMinutes(1);
  private static final String TYPE = "eat+jwt";

  /**
   * Signs a result.
   *
   * @param key the public key of what signs
   * @param signing makes an ECDSA signature over SHA-256 of what it is given, as r and s
   */
  public static SignedEar of(Ear ear, ECPublicKey key, UnaryOperator<byte[]> signing) {
    return new SignedEar(
        CompactJws.signed(JwsAlgorithm.ES256, EarKeys.name(key), TYPE, ear.claims(), signing));
  }

  /** Its digest, by which it is on record. */
  public Digest digest() {
    return Digest.of(text.getBytes(US_ASCII));
  }

  /**
   * Verifies it, at this moment.
   *
   * @throws EarRefused with the reason, if it is not signed by one of {@code keys} with ES256, or
   *     is over, or not yet made
   */
  public Ear verified(EarKeys keys, Instant at) {
    Ear ear = Ear.read(claims(keys));
    if (ear.issued().isAfter(at.plus(SLOW))) {
      throw new EarRefused("it is of " + ear.issued() + ", which is yet to come");
    }
    if (ear.ends().filter(end -> !at.isBefore(end)).isPresent()) {
      throw new EarRefused("it was to be relied on until " + ear.ends().get());
    }
    return ear;
  }

  /** What one of these keys signed. */
  private byte[] claims(EarKeys keys) {
    try {
      CompactJws token = CompactJws.read(text, LONGEST);
      if (token.type().filter(type -> !type.equals(TYPE)).isPresent()) {
        throw new EarRefused("header: typ is not " + TYPE);
      }
      String name = token.key().orElseThrow(() -> new EarRefused("header: names no key by kid"));
      ECPublicKey key =
          keys.find(name)
              .orElseThrow(
                  () -> new EarRefused("header: kid names a key that is none of those believed"));
      return token.payload(key);
    } catch (JwsRefused refused) {
      throw new EarRefused(String.valueOf(refused.getMessage()), refused);
    }
  }
}

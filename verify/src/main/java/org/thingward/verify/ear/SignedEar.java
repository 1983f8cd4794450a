package org.thingward.verify.ear;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * An attestation result with its signature: a JSON web token in the compact form (RFC 7515, RFC
 * 7519), signed with ES256 and no other algorithm.
 *
 * @param text the token
 */
public record SignedEar(String text) {
  private static final int LONGEST = 64 << 10;
  private static final int SIGNATURE = 64;
  private static final Duration SLOW = Duration.ofMinutes(1);
  private static final String ALGORITHM = "ES256";
  private static final String TYPE = "eat+jwt";
  private static final Set<String> HEADER = Set.of("alg", "kid", "typ");

  /**
   * Signs a result.
   *
   * @param key the public key of what signs
   * @param signing makes an ECDSA signature over SHA-256 of what it is given, as r and s
   */
  public static SignedEar of(Ear ear, ECPublicKey key, UnaryOperator<byte[]> signing) {
    byte[] header =
        CanonicalJson.encode(
            new TreeMap<>(Map.of("alg", ALGORITHM, "kid", EarKeys.name(key), "typ", TYPE)));
    String signed = encoded(header) + "." + encoded(ear.claims());
    return new SignedEar(signed + "." + encoded(signing.apply(signed.getBytes(US_ASCII))));
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
    if (text.length() > LONGEST) {
      throw new EarRefused("longer than %d bytes".formatted(LONGEST));
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      throw new EarRefused("a token has three parts, this has " + parts.length);
    }
    ECPublicKey key = key(bytes(parts[0]), keys);
    byte[] signature = bytes(parts[2]);
    if (signature.length != SIGNATURE || !isOver(parts[0] + "." + parts[1], signature, key)) {
      throw new EarRefused("the signature is not this key's over this token");
    }
    Ear ear = Ear.read(bytes(parts[1]));
    if (ear.issued().isAfter(at.plus(SLOW))) {
      throw new EarRefused("it is of " + ear.issued() + ", which is yet to come");
    }
    if (ear.ends().filter(end -> !at.isBefore(end)).isPresent()) {
      throw new EarRefused("it was to be relied on until " + ear.ends().get());
    }
    return ear;
  }

  /** The key that the header names: the algorithm is ours to say, and so are the keys. */
  private static ECPublicKey key(byte[] header, EarKeys keys) {
    try {
      JsonPart part = JsonPart.read(header);
      part.only(HEADER);
      String algorithm = part.member("alg").text();
      if (!algorithm.equals(ALGORITHM)) {
        throw part.member("alg").refused("is not ES256, which results are signed with");
      }
      if (part.has("typ") && !part.member("typ").text().equals(TYPE)) {
        throw part.member("typ").refused("is not " + TYPE);
      }
      JsonPart name = part.member("kid");
      return keys.find(name.text())
          .orElseThrow(() -> name.refused("names a key that is none of those believed"));
    } catch (RecordRefused refused) {
      throw new EarRefused("header: " + refused.getMessage(), refused);
    }
  }

  private static boolean isOver(String signed, byte[] signature, ECPublicKey key) {
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
      verifier.initVerify(key);
      verifier.update(signed.getBytes(US_ASCII));
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Base64url without padding, in the one way that it is written. */
  static byte[] bytes(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (encoded(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new EarRefused("a part is no base64url", e);
    }
    throw new EarRefused("a part is base64url written in another way than usual");
  }
}

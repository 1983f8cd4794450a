package org.thingward.verify.jws;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.PublicKey;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.thingward.trust.CanonicalJson;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * A JSON web signature in the compact form (RFC 7515 §3.1), whose header says {@code alg}, {@code
 * kid} and {@code typ} and nothing else. Verified under a key that the reader has, by whose kind
 * the algorithm is settled.
 */
public final class CompactJws {
  private static final Set<String> HEADER = Set.of("alg", "kid", "typ");

  private final String algorithm;
  private final Optional<String> key;
  private final Optional<String> type;
  private final String signed;
  private final byte[] payload;
  private final byte[] signature;

  private CompactJws(JsonPart header, String signed, byte[] payload, byte[] signature) {
    this.algorithm = header.only(HEADER).member("alg").text();
    this.key = optional(header, "kid");
    this.type = optional(header, "typ");
    this.signed = signed;
    this.payload = payload;
    this.signature = signature;
  }

  /**
   * Reads one; nothing of it is believed yet.
   *
   * @param longest how many characters it may have
   * @throws JwsRefused saying what is wrong with its form
   */
  public static CompactJws read(String text, int longest) {
    if (text.length() > longest) {
      throw new JwsRefused("longer than %d bytes".formatted(longest));
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      throw new JwsRefused("a token has three parts, this has " + parts.length);
    }
    try {
      return new CompactJws(
          JsonPart.read(bytes(parts[0])),
          parts[0] + "." + parts[1],
          bytes(parts[1]),
          bytes(parts[2]));
    } catch (RecordRefused refused) {
      throw new JwsRefused("header: " + refused.getMessage(), refused);
    }
  }

  /**
   * Signs.
   *
   * @param algorithm the one of the key that signs
   * @param key its name
   * @param type what kind of token it is (RFC 8725 §3.11)
   * @param signing makes a signature over what it is given; of ECDSA as r and s
   */
  public static String signed(
      JwsAlgorithm algorithm,
      String key,
      String type,
      byte[] payload,
      UnaryOperator<byte[]> signing) {
    byte[] header =
        CanonicalJson.encode(
            new TreeMap<>(Map.of("alg", algorithm.word(), "kid", key, "typ", type)));
    String message = encoded(header) + "." + encoded(payload);
    return message + "." + encoded(signing.apply(message.getBytes(US_ASCII)));
  }

  /** The name of the key that it says it is signed by, to choose among known ones. */
  public Optional<String> key() {
    return key;
  }

  /** What kind of token it says it is. */
  public Optional<String> type() {
    return type;
  }

  /**
   * What is signed, if this key signed it by the one algorithm that such a key signs by.
   *
   * @throws JwsRefused with the reason, if not
   */
  public byte[] payload(PublicKey by) {
    JwsAlgorithm own =
        JwsAlgorithm.of(by)
            .orElseThrow(() ->
                new JwsRefused(
                    "tokens are signed by keys on P-256 or P-384, or of Ed25519; this key is of "
                        + by.getAlgorithm()));
    if (!algorithm.equals(own.word())) {
      throw new JwsRefused("header: alg is not " + own.word() + ", by which this key signs");
    }
    if (!own.verifies(by, signed.getBytes(US_ASCII), signature)) {
      throw new JwsRefused("the signature is not this key's over this token");
    }
    return payload.clone();
  }

  /** What is in it, signed or not: to find out whose key it must be verified with. */
  public byte[] unverified() {
    return payload.clone();
  }

  private static Optional<String> optional(JsonPart header, String name) {
    return header.has(name) ? Optional.of(header.member(name).text()) : Optional.empty();
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Base64url without padding, in the one way that it is written.
   *
   * @throws JwsRefused if it is none
   */
  public static byte[] bytes(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (encoded(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new JwsRefused("a part is no base64url", e);
    }
    throw new JwsRefused("a part is base64url written in another way than usual");
  }
}

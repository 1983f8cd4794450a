package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.thingward.platform.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A signed request in the one form that ACME has: a flattened JSON Web Signature with nothing
 * unprotected (RFC 8555 §6.2, RFC 7515 §7.2.2). Read, and not yet verified.
 *
 * @param algorithm the name of the algorithm that the header states
 * @param url the URL that it was signed for
 * @param nonce the nonce in it; empty inside other signatures
 * @param jwk the key that it brings along
 * @param kid the name of a key that the server knows
 * @param payload what is signed
 * @param message the bytes that the signature is over
 * @param signature the signature
 */
record AcmeJws(
    String algorithm,
    String url,
    Optional<String> nonce,
    Optional<JsonNode> jwk,
    Optional<String> kid,
    byte[] payload,
    byte[] message,
    byte[] signature) {
  private static final StrictJson JSON = StrictJson.upTo(8);
  private static final Set<String> MEMBERS = Set.of("protected", "payload", "signature");
  private static final Set<String> HEADER =
      Set.of("alg", "nonce", "url", "jwk", "kid", "typ", "cty");

  /**
   * Reads a request's body.
   *
   * @throws AcmeRefused saying what is wrong with it
   */
  static AcmeJws read(byte[] body) {
    return read(json("the body", body));
  }

  /** Reads one that is a part of a request. */
  static AcmeJws read(JsonNode tree) {
    if (!tree.isObject() || !new HashSet<>(tree.propertyNames()).equals(MEMBERS)) {
      throw malformed("A request is an object of protected, payload and signature, nothing else.");
    }
    String header = text(tree, "protected");
    String payload = text(tree, "payload");
    JsonNode claims = json("protected", AcmeBase64.decode("protected", header));
    requireKnown(claims);
    if (claims.has("jwk") == claims.has("kid")) {
      throw malformed("The protected header has either jwk or kid.");
    }
    return new AcmeJws(
        text(claims, "alg"),
        text(claims, "url"),
        optional(claims, "nonce"),
        claims.has("jwk") ? Optional.of(claims.path("jwk")) : Optional.empty(),
        optional(claims, "kid"),
        AcmeBase64.decode("payload", payload),
        (header + "." + payload).getBytes(StandardCharsets.US_ASCII),
        AcmeBase64.decode("signature", text(tree, "signature")));
  }

  /** What is signed, as JSON. */
  JsonNode object() {
    JsonNode tree = json("the payload", payload);
    if (!tree.isObject()) {
      throw malformed("The payload is no JSON object.");
    }
    return tree;
  }

  /** Whether nothing is signed but the wish to read (RFC 8555 §6.3). */
  boolean onlyReads() {
    return payload.length == 0;
  }

  /**
   * Requires that {@code key} signed it, by the one algorithm that such a key signs by: what the
   * header says of the algorithm chooses nothing.
   *
   * @throws AcmeRefused if not
   */
  void require(AcmeKey key) {
    AcmeAlgorithm stated =
        AcmeAlgorithm.ofWord(algorithm)
            .orElseThrow(() ->
                new AcmeRefused(
                    AcmeError.BAD_SIGNATURE_ALGORITHM,
                    "Sign by ES256, ES384, EdDSA or RS256; nothing else is taken."));
    if (stated != key.algorithm()) {
      throw new AcmeRefused(
          AcmeError.BAD_SIGNATURE_ALGORITHM,
          "The header says %s, and the key signs by %s."
              .formatted(stated.word(), key.algorithm().word()));
    }
    if (!stated.verifies(key, message, signature)) {
      throw new AcmeRefused(
          AcmeError.MALFORMED, "The signature is not this key's over these bytes.");
    }
  }

  private static void requireKnown(JsonNode header) {
    if (!header.isObject()) {
      throw malformed("The protected header is no JSON object.");
    }
    for (String name : header.propertyNames()) {
      if (!HEADER.contains(name)) {
        throw malformed(
            "The protected header has a member that means nothing here; it has " + HEADER + ".");
      }
    }
  }

  private static JsonNode json(String what, byte[] bytes) {
    try {
      return JSON.read(bytes);
    } catch (JacksonException e) {
      throw malformed("In " + what + ": this is no JSON, or not in its one form.");
    }
  }

  private static String text(JsonNode tree, String member) {
    return optional(tree, member).orElseThrow(() -> malformed("'" + member + "' is missing."));
  }

  private static Optional<String> optional(JsonNode tree, String member) {
    JsonNode value = tree.path(member);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw malformed("'" + member + "' is no text.");
    }
    return Optional.of(value.asString());
  }

  private static AcmeRefused malformed(String detail) {
    return new AcmeRefused(AcmeError.MALFORMED, detail);
  }
}

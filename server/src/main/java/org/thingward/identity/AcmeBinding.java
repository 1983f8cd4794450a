package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Problem;
import tools.jackson.databind.JsonNode;

/**
 * External account binding (RFC 8555 §7.3.4): who makes an account shows that it has the key that
 * came with a token. The token's id is that key's name.
 */
final class AcmeBinding {
  private static final String USE = "thingward/acme-binding/v1";
  private static final String ALGORITHM = "HS256";

  private final Tokens tokens;

  AcmeBinding(Tokens tokens) {
    this.tokens = tokens;
  }

  /** The key that goes with a token, as clients take it. Shown once, with the token. */
  static String key(MacSecret secret) {
    return Base64Url.encode(secret.keyFor(USE));
  }

  /**
   * The token that {@code account}'s key is bound to.
   *
   * @param binding the signature in the request, made with the token's key over the account's
   * @param url where the request went, which the binding names too
   * @throws AcmeRefused if it is none, or its token may not be used
   */
  TokenRecord token(JsonNode binding, AcmeKey account, String url) {
    AcmeJws signed = AcmeJws.read(binding);
    if (!signed.algorithm().equals(ALGORITHM)) {
      throw new AcmeRefused(
          AcmeError.BAD_SIGNATURE_ALGORITHM, "The binding is signed by " + ALGORITHM + " alone.");
    }
    if (signed.nonce().isPresent() || signed.kid().isEmpty()) {
      throw new AcmeRefused(
          AcmeError.MALFORMED, "The binding's header has a kid, and neither nonce nor jwk.");
    }
    if (!signed.url().equals(url)) {
      throw new AcmeRefused(AcmeError.UNAUTHORIZED, "The binding was made for another URL.");
    }
    TokenRecord token = proved(signed);
    if (!AcmeKey.read(signed.object()).thumbprint().equals(account.thumbprint())) {
      throw new AcmeRefused(AcmeError.UNAUTHORIZED, "The binding is of another account's key.");
    }
    try {
      TokenRecord unused = tokens.usable(token);
    } catch (Problem problem) {
      throw AcmeRefused.of(problem);
    }
    if (token.profile() == Profile.SERVICE) {
      throw new AcmeRefused(
          AcmeError.UNAUTHORIZED, "The token is for a service's certificate: use it over EST.");
    }
    return token;
  }

  /** Whoever does not have the key learns nothing of tokens: not which there are. */
  private TokenRecord proved(AcmeJws signed) {
    try {
      Tokens.Claimed claimed =
          tokens
              .claimed(UUID.fromString(signed.kid().orElse("")))
              .orElseThrow(AcmeBinding::unknown);
      if (isBy(signed, claimed.secret().keyFor(USE))) {
        return claimed.token();
      }
    } catch (IllegalArgumentException e) {
      throw unknown();
    }
    throw unknown();
  }

  private static boolean isBy(AcmeJws signed, byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return MessageDigest.isEqual(mac.doFinal(signed.message()), signed.signature());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC", e);
    }
  }

  private static AcmeRefused unknown() {
    return new AcmeRefused(
        AcmeError.UNAUTHORIZED,
        "The binding is not by the key that came with a token: give its kid and HMAC key as"
            + " 'thingward token create --acme' printed them.");
  }
}

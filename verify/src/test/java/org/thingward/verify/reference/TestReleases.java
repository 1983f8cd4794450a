package org.thingward.verify.reference;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import org.thingward.trust.Digest;

/** A maker of releases: its key of Ed25519, and documents that it signs. */
public final class TestReleases {
  private TestReleases() {}

  /** A release key. */
  public static KeyPair key() {
    return key("Ed25519", 255);
  }

  static KeyPair key(String type, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A document with one value, of the boot of one release. */
  public static String document(String product, long version, String release, Digest value) {
    return """
    {"profile":"%s","tag-identity":{"tag-id":"%s","tag-version":%d},
     "triples":{"reference-triples":[{"environment":{"class":{"vendor":"works","model":"%s"}},
       "measurements":[{"mkey":"boot.measurement",
         "mval":{"version":{"version":"%s"},"digests":["%s"]}}]}]}}\
    """
        .formatted(ReleaseDocument.PROFILE, product, version, product, release, value);
  }

  /** It with a signature. */
  public static String signed(KeyPair key, String document) {
    return signed(key, header(key), document);
  }

  static String header(KeyPair key) {
    return "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"%s\"}"
        .formatted(ReleaseKey.name(key.getPublic()), ReleaseDocument.TYPE);
  }

  static String signed(KeyPair key, String header, String document) {
    String message = url(header) + "." + url(document);
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key.getPrivate());
      signature.update(message.getBytes(US_ASCII));
      return message + "." + url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String url(String text) {
    return url(text.getBytes(UTF_8));
  }

  private static String url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A key as a policy holds it. */
  public static String inPolicy(KeyPair key) {
    return Base64.getEncoder().encodeToString(key.getPublic().getEncoded());
  }
}

package org.thingward.verify.reference;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.thingward.trust.Digest;
import org.thingward.verify.jws.JwsAlgorithm;

/** Keys that sign releases' reference values: on P-256 or P-384, or of Ed25519. */
public final class ReleaseKey {
  private static final int LONGEST = 512;

  private ReleaseKey() {}

  /**
   * A key as policies hold it: its SubjectPublicKeyInfo in base64.
   *
   * @throws ReferenceRefused if it is none, or of another kind
   */
  public static PublicKey parse(String base64) {
    byte[] encoded = encoded(base64);
    for (String type : List.of("EC", "Ed25519")) {
      try {
        PublicKey key =
            KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(encoded));
        if (JwsAlgorithm.of(key).isPresent() && Arrays.equals(key.getEncoded(), encoded)) {
          return key;
        }
      } catch (GeneralSecurityException e) {
        // Perhaps a key of the other type.
      }
    }
    throw new ReferenceRefused("this is no public key on P-256 or P-384, or of Ed25519");
  }

  private static byte[] encoded(String base64) {
    try {
      if (base64.length() <= LONGEST) {
        return Base64.getDecoder().decode(base64);
      }
    } catch (IllegalArgumentException e) {
      throw new ReferenceRefused("this is no base64", e);
    }
    throw new ReferenceRefused("this is longer than a key is");
  }

  /** The name by which documents say that it signed them: its SubjectPublicKeyInfo's digest. */
  public static Digest name(PublicKey key) {
    return Digest.of(key.getEncoded());
  }
}

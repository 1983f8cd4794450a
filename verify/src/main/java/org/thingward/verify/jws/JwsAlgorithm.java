package org.thingward.verify.jws;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;
import java.util.Optional;
import org.thingward.verify.tpm.TpmCurve;

/** How keys sign (RFC 7518 §3.4, RFC 8037 §3.1): each kind of key by one algorithm and no other. */
public enum JwsAlgorithm {
  /** A key on P-256. */
  ES256("ES256", "SHA256withECDSAinP1363Format", 64),
  /** A key on P-384. */
  ES384("ES384", "SHA384withECDSAinP1363Format", 96),
  /** A key of Ed25519. */
  EDDSA("EdDSA", "Ed25519", 64);

  private final String word;
  private final String jcaName;
  private final int length;

  JwsAlgorithm(String word, String jcaName, int length) {
    this.word = word;
    this.jcaName = jcaName;
    this.length = length;
  }

  /** Its name in headers. */
  public String word() {
    return word;
  }

  /** The one that this key signs by; empty if it signs by none of them. */
  public static Optional<JwsAlgorithm> of(PublicKey key) {
    return Arrays.stream(values()).filter(each -> each.isOf(key)).findFirst();
  }

  private boolean isOf(PublicKey key) {
    return switch (this) {
      case ES256 -> isOn(TpmCurve.P256, key);
      case ES384 -> isOn(TpmCurve.P384, key);
      case EDDSA ->
          key instanceof EdECPublicKey edwards && edwards.getParams().getName().equals("Ed25519");
    };
  }

  private static boolean isOn(TpmCurve curve, PublicKey key) {
    return key instanceof ECPublicKey elliptic
        && elliptic.getParams().getCurve().equals(curve.parameters().getCurve());
  }

  /** Whether this key made the signature over the message. */
  boolean verifies(PublicKey key, byte[] message, byte[] signature) {
    if (signature.length != length) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(jcaName);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // Bytes that are no signature of this kind: not signed, whatever the reason.
      return false;
    }
  }
}

package org.thingward.verify.approval;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.thingward.trust.Digest;

/** A passkey's public key, as COSE writes it (RFC 9053): ES256, EdDSA with Ed25519, or RS256. */
record PasskeyKey(String algorithm, PublicKey key) {
  private static final int SHORTEST_RSA = 2_048;
  private static final int LONGEST_RSA = 8_192;
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  /**
   * Reads it.
   *
   * @param cose a map, as {@link Cbor} reads it
   * @throws IllegalArgumentException if it is no key that a passkey may have here
   */
  static PasskeyKey of(Object cose) {
    try {
      long algorithm = Cbor.member(cose, 3L, Long.class);
      if (algorithm == -7 && number(cose, 1) == 2 && number(cose, -1) == 1) {
        return new PasskeyKey("SHA256withECDSA", p256(bytes(cose, -2), bytes(cose, -3)));
      }
      if (algorithm == -8 && number(cose, 1) == 1 && number(cose, -1) == 6) {
        return new PasskeyKey("Ed25519", ed25519(bytes(cose, -2)));
      }
      if (algorithm == -257 && number(cose, 1) == 3) {
        return new PasskeyKey("SHA256withRSA", rsa(bytes(cose, -1), bytes(cose, -2)));
      }
      throw new IllegalArgumentException("a passkey of an algorithm that is not used here");
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a passkey whose key is none", e);
    }
  }

  private static PublicKey p256(byte[] x, byte[] y) throws GeneralSecurityException {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
    if (point.length != 32) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
    }
    byte[] encoded = new byte[ED25519.length + point.length];
    System.arraycopy(ED25519, 0, encoded, 0, ED25519.length);
    System.arraycopy(point, 0, encoded, ED25519.length, point.length);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static PublicKey rsa(byte[] n, byte[] e) throws GeneralSecurityException {
    BigInteger modulus = new BigInteger(1, n);
    if (modulus.bitLength() < SHORTEST_RSA || modulus.bitLength() > LONGEST_RSA) {
      throw new IllegalArgumentException("an RSA key of 2048 to 8192 bits is expected");
    }
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(modulus, new BigInteger(1, e)));
  }

  private static long number(Object cose, long label) {
    return Cbor.member(cose, label, Long.class);
  }

  private static byte[] bytes(Object cose, long label) {
    return Cbor.member(cose, label, byte[].class);
  }

  /** Whether {@code signature} is this key's over {@code message}. */
  boolean verifies(byte[] signature, byte[]... message) {
    try {
      Signature check = Signature.getInstance(algorithm);
      check.initVerify(key);
      for (byte[] part : message) {
        check.update(part);
      }
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** By which the same key is known under another credential's id. */
  Digest digest() {
    return Digest.of(key.getEncoded());
  }
}

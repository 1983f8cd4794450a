package org.thingward.verify.tpm;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;

/**
 * A TPM's signature (TPMT_SIGNATURE, Part 2, 11.3.4) by ECDSA, RSASSA or RSAPSS.
 *
 * @param algorithm one of the three
 * @param hash of what is signed
 * @param value in the form that Java's verifiers take
 */
public record TpmSignature(TpmAlgorithm algorithm, TpmAlgorithm hash, byte[] value) {
  private static final int COORDINATE = 66;
  private static final int RSA_BYTES = 512;

  public TpmSignature {
    value = value.clone();
  }

  @Override
  public byte[] value() {
    return value.clone();
  }

  /**
   * Reads one.
   *
   * @throws TpmRefused if it is none
   */
  public static TpmSignature read(byte[] bytes) {
    return TpmBytes.read(
        "TPMT_SIGNATURE",
        bytes,
        from -> {
          TpmAlgorithm algorithm = from.algorithm();
          return switch (algorithm) {
            case ECDSA ->
                new TpmSignature(
                    algorithm, from.hash(), der(from.sized(COORDINATE), from.sized(COORDINATE)));
            case RSASSA, RSAPSS -> rsa(algorithm, from);
            default -> throw from.refused("a signature by " + algorithm);
          };
        });
  }

  private static TpmSignature rsa(TpmAlgorithm algorithm, TpmBytes from) {
    TpmSignature read = new TpmSignature(algorithm, from.hash(), from.sized(RSA_BYTES));
    if (read.value.length == 0) {
      throw from.refused("a signature without a byte");
    }
    return read;
  }

  /** ECDSA's two numbers as a sequence of integers (RFC 3279, 2.2.3). */
  private static byte[] der(byte[] r, byte[] s) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    for (byte[] each : new byte[][] {r, s}) {
      byte[] number = new BigInteger(1, each).toByteArray();
      both.write(0x02);
      both.write(number.length);
      both.writeBytes(number);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    if (both.size() > 127) {
      out.write(0x81);
    }
    out.write(both.size());
    out.writeBytes(both.toByteArray());
    return out.toByteArray();
  }

  /**
   * Requires that it is {@code key}'s over {@code message}, made as the key must sign.
   *
   * @throws TpmRefused if it is not, or rests on SHA-1
   */
  public void require(TpmPublic key, byte[] message) {
    require(key, message, Signatures.JDK);
  }

  void require(TpmPublic key, byte[] message, Signatures signatures) {
    requireSchemeOf(key);
    if (!isOver(key.key(), message, signatures)) {
      throw new TpmRefused("the signature is not this key's over these bytes");
    }
  }

  /**
   * Requires that it is over {@code message} by a key of which nothing else is known here.
   *
   * @throws TpmRefused if it is not, or rests on SHA-1
   */
  void require(PublicKey key, byte[] message) {
    requireStrong();
    if (!isOver(key, message, Signatures.JDK)) {
      throw new TpmRefused("the signature is not this key's over these bytes");
    }
  }

  private void requireStrong() {
    if (!hash.isStrong()) {
      throw new TpmRefused("a signature over " + hash.word() + " proves nothing");
    }
  }

  void requireSchemeOf(TpmPublic key) {
    requireStrong();
    key.scheme()
        .filter(fixed -> fixed.algorithm() != algorithm || fixed.hash() != hash)
        .ifPresent(fixed -> {
          throw new TpmRefused(
              "signed by %s over %s, and the key signs by %s over %s"
                  .formatted(algorithm, hash.word(), fixed.algorithm(), fixed.hash().word()));
        });
  }

  private boolean isOver(PublicKey key, byte[] message, Signatures signatures) {
    String name = hash.word().toUpperCase(Locale.ROOT);
    try {
      return switch (algorithm) {
        case ECDSA -> verifies(signatures.named(name + "withECDSA"), key, message);
        case RSASSA -> verifies(signatures.named(name + "withRSA"), key, message);
        default -> isPss(key, message);
      };
    } catch (GeneralSecurityException e) {
      throw new TpmRefused("a signature of another kind of key, or none: " + e.getMessage(), e);
    }
  }

  /** A TPM salts as long as the hash or as long as there is room (Part 1, B.7). */
  private boolean isPss(PublicKey key, byte[] message) throws GeneralSecurityException {
    if (!(key instanceof RSAKey rsa)) {
      return false;
    }
    int room = (rsa.getModulus().bitLength() + 6) / 8 - hash.length() - 2;
    for (int salt : new int[] {hash.length(), room}) {
      Signature verifier = Signature.getInstance("RSASSA-PSS");
      String digest = "SHA-" + hash.length() * 8;
      verifier.setParameter(
          new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), salt, 1));
      if (verifies(verifier, key, message)) {
        return true;
      }
    }
    return false;
  }

  private boolean verifies(Signature verifier, PublicKey key, byte[] message)
      throws GeneralSecurityException {
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(value);
  }
}

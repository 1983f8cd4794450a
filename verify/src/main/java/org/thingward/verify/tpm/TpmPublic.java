package org.thingward.verify.tpm;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * The public area of a TPM's key (TPMT_PUBLIC, TPM 2.0 Library, Part 2, 12.2.4). It says what the
 * key is; that a TPM holds it shows only by an endorsement.
 */
public final class TpmPublic {
  private static final int LARGEST = 2048;
  private static final int POLICY = 64;
  private static final int RSA_BYTES = 512;
  private static final int SMALLEST_RSA = 2048;
  private static final long F4 = 65_537;

  /**
   * What a key signs with, if that is fixed.
   *
   * @param algorithm e.g. {@link TpmAlgorithm#ECDSA}
   * @param hash of what is signed
   */
  public record Scheme(TpmAlgorithm algorithm, TpmAlgorithm hash) {}

  private final byte[] area;
  private final TpmAlgorithm nameHash;
  private final TpmAttributes attributes;
  private final int symmetricBits;
  private final Optional<Scheme> scheme;
  private final PublicKey key;

  private TpmPublic(
      byte[] area,
      TpmAlgorithm nameHash,
      TpmAttributes attributes,
      int symmetricBits,
      Optional<Scheme> scheme,
      PublicKey key) {
    this.area = area;
    this.nameHash = nameHash;
    this.attributes = attributes;
    this.symmetricBits = symmetricBits;
    this.scheme = scheme;
    this.key = key;
  }

  /**
   * Reads a TPM2B_PUBLIC, as {@code tpm2_createak --public} writes it: RSA of 2048 bits or more
   * with the usual exponent, or a point on P-256, P-384 or P-521.
   *
   * @throws TpmRefused if it is none
   */
  public static TpmPublic readSized(byte[] bytes) {
    return read(TpmBytes.read("TPM2B_PUBLIC", bytes, from -> from.sized(LARGEST)));
  }

  /**
   * Reads a TPMT_PUBLIC.
   *
   * @throws TpmRefused if it is none
   */
  public static TpmPublic read(byte[] area) {
    return TpmBytes.read("TPMT_PUBLIC", area, from -> read(area, from));
  }

  /** The same, with its public key in the form that {@code signatures} have of it. */
  public TpmPublic readyFor(Signatures signatures) {
    try {
      return new TpmPublic(area, nameHash, attributes, symmetricBits, scheme, signatures.own(key));
    } catch (GeneralSecurityException e) {
      throw new TpmRefused("a key that is none: " + e.getMessage(), e);
    }
  }

  private static TpmPublic read(byte[] area, TpmBytes from) {
    TpmAlgorithm type = from.algorithm();
    TpmAlgorithm nameHash = from.hash();
    TpmAttributes attributes = new TpmAttributes(from.bits32());
    from.sized(POLICY);
    int symmetricBits = symmetricBits(from);
    Optional<Scheme> scheme = scheme(from);
    PublicKey key =
        switch (type) {
          case RSA -> rsa(from);
          case ECC -> ecc(from);
          default -> throw from.refused("a key of kind " + type);
        };
    return new TpmPublic(area.clone(), nameHash, attributes, symmetricBits, scheme, key);
  }

  /** Of a key that protects others: AES in the mode CFB, as every TPM has it. */
  private static int symmetricBits(TpmBytes from) {
    TpmAlgorithm algorithm = from.algorithm();
    if (algorithm == TpmAlgorithm.NULL) {
      return 0;
    }
    int bits = from.u16();
    if (algorithm != TpmAlgorithm.AES
        || from.algorithm() != TpmAlgorithm.CFB
        || bits != 128 && bits != 256) {
      throw from.refused("a key that protects others by %s of %d bits".formatted(algorithm, bits));
    }
    return bits;
  }

  private static Optional<Scheme> scheme(TpmBytes from) {
    TpmAlgorithm algorithm = from.algorithm();
    return switch (algorithm) {
      case NULL, RSAES -> Optional.empty();
      case RSASSA, RSAPSS, ECDSA, OAEP, ECDH -> Optional.of(new Scheme(algorithm, from.hash()));
      default -> throw from.refused("a key that works by " + algorithm);
    };
  }

  private static PublicKey rsa(TpmBytes from) {
    int bits = from.u16();
    int exponent = from.u32();
    byte[] modulus = from.sized(RSA_BYTES);
    BigInteger n = new BigInteger(1, modulus);
    if (bits < SMALLEST_RSA || n.bitLength() != bits || !n.testBit(0)) {
      throw from.refused("an RSA key of %d bits that says %d".formatted(n.bitLength(), bits));
    }
    if (exponent != 0 && exponent != F4) {
      throw from.refused("an RSA key with exponent " + exponent);
    }
    return key("RSA", new RSAPublicKeySpec(n, BigInteger.valueOf(F4)));
  }

  private static PublicKey ecc(TpmBytes from) {
    int number = from.u16();
    TpmCurve curve =
        Arrays.stream(TpmCurve.values())
            .filter(each -> each.number() == number)
            .findFirst()
            .orElseThrow(() -> from.refused("curve 0x%04x is not known here".formatted(number)));
    if (from.algorithm() != TpmAlgorithm.NULL) {
      from.hash();
    }
    BigInteger x = new BigInteger(1, from.sized(curve.length()));
    BigInteger y = new BigInteger(1, from.sized(curve.length()));
    ECPoint point = new ECPoint(x, y);
    if (!curve.has(point)) {
      throw from.refused("a point that is not on " + curve);
    }
    return key("EC", new ECPublicKeySpec(point, curve.parameters()));
  }

  private static PublicKey key(String kind, java.security.spec.KeySpec spec) {
    try {
      return KeyFactory.getInstance(kind).generatePublic(spec);
    } catch (GeneralSecurityException e) {
      throw new TpmRefused("a key that is none: " + e.getMessage(), e);
    }
  }

  /** Its bytes, a TPMT_PUBLIC. */
  public byte[] bytes() {
    return area.clone();
  }

  /** Its name: the hash's number and the hash of the public area (Part 1, 16). */
  public byte[] name() {
    byte[] digest = nameHash.digest(area);
    return ByteBuffer.allocate(2 + digest.length)
        .putShort((short) nameHash.number())
        .put(digest)
        .array();
  }

  /** By which its name is made. */
  public TpmAlgorithm nameHash() {
    return nameHash;
  }

  /** What it is for, and whether it can leave its TPM. */
  public TpmAttributes attributes() {
    return attributes;
  }

  /** Bits of the AES key by which it protects others; 0 if it protects none. */
  public int symmetricBits() {
    return symmetricBits;
  }

  /** How it signs, if that is fixed. */
  public Optional<Scheme> scheme() {
    return scheme;
  }

  /** The public key. */
  public PublicKey key() {
    return key;
  }
}

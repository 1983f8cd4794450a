package org.thingward.identity;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.thingward.platform.CryptoProfile;

/**
 * Which public keys a device may have: P-256, P-384, Ed25519, and by profile RSA of 2048 to 4096
 * bits and ML-DSA (FIPS 204), each in the one encoding it has, and none that is known to be
 * breakable.
 */
final class DeviceKeyRules {
  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 4096;
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65537);
  private static final int MAX_EXPONENT_BITS = 32;
  private static final int SMALL_PRIME_LIMIT = 2000;
  private static final int FERMAT_ROUNDS = 100;
  private static final byte UNCOMPRESSED = 4;

  /**
   * Primes modulo which moduli of Infineon's broken generator (ROCA, CVE-2017-15361) are powers of
   * 65537; a random modulus is so for all of them once in 2^27.
   */
  private static final int[] ROCA_PRIMES = {
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157
  };

  /** How long public keys are (FIPS 204 table 2). */
  private static final Map<ASN1ObjectIdentifier, Integer> ML_DSA_BYTES =
      Map.of(
          NISTObjectIdentifiers.id_ml_dsa_44, 1312,
          NISTObjectIdentifiers.id_ml_dsa_65, 1952,
          NISTObjectIdentifiers.id_ml_dsa_87, 2592);

  private static final List<BitSet> ROCA_RESIDUES = rocaResidues();
  private static final BigInteger SMALL_PRIMES = productOfSmallPrimes();

  private DeviceKeyRules() {}

  /** As {@link #objection(SubjectPublicKeyInfo, CryptoProfile)}, where nothing newer is spoken. */
  static Optional<String> objection(SubjectPublicKeyInfo key) {
    return objection(key, CryptoProfile.CLASSIC);
  }

  /** What is wrong with the key, as the end of a sentence; empty if it may be used. */
  static Optional<String> objection(SubjectPublicKeyInfo key, CryptoProfile profile) {
    ASN1ObjectIdentifier type = key.getAlgorithm().getAlgorithm();
    try {
      if (type.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
        return ellipticObjection(key);
      }
      if (type.equals(EdECObjectIdentifiers.id_Ed25519)) {
        return edwardsObjection(key);
      }
      if (ML_DSA_BYTES.containsKey(type) && profile.takesMlDsa()) {
        return latticeObjection(key, ML_DSA_BYTES.getOrDefault(type, 0));
      }
      if (type.equals(PKCSObjectIdentifiers.rsaEncryption) && profile.takesRsa()) {
        return rsaObjection(key);
      }
    } catch (RuntimeException | java.io.IOException e) {
      return Optional.of("is malformed");
    }
    return Optional.of(
        "is of type %s; P-256, P-384, Ed25519%s%s are taken by the profile %s"
            .formatted(
                type.getId(),
                profile.takesRsa() ? ", RSA of 2048 to 4096 bits" : "",
                profile.takesMlDsa() ? ", ML-DSA" : "",
                profile.word()));
  }

  private static Optional<String> ellipticObjection(SubjectPublicKeyInfo key) {
    if (!(key.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve)) {
      return Optional.of("does not name its curve; P-256 and P-384 are taken, by name");
    }
    if (!curve.equals(SECObjectIdentifiers.secp256r1)
        && !curve.equals(SECObjectIdentifiers.secp384r1)) {
      return Optional.of("is on curve %s; P-256 and P-384 are taken".formatted(curve.getId()));
    }
    byte[] point = key.getPublicKeyData().getBytes();
    if (point[0] != UNCOMPRESSED) {
      return Optional.of("is compressed; give the point uncompressed (RFC 5480 §2.2)");
    }
    boolean infinite = CustomNamedCurves.getByOID(curve).getCurve().decodePoint(point).isInfinity();
    return infinite ? Optional.of("is the point at infinity") : Optional.empty();
  }

  private static Optional<String> edwardsObjection(SubjectPublicKeyInfo key) {
    byte[] point = key.getPublicKeyData().getBytes();
    boolean sound =
        key.getAlgorithm().getParameters() == null
            && point.length == Ed25519.PUBLIC_KEY_SIZE
            && Ed25519.validatePublicKeyFull(point, 0);
    return sound ? Optional.empty() : Optional.of("is no sound Ed25519 point (RFC 8410 §4)");
  }

  private static Optional<String> latticeObjection(SubjectPublicKeyInfo key, int bytes) {
    boolean sound =
        key.getAlgorithm().getParameters() == null
            && key.getPublicKeyData().getBytes().length == bytes;
    return sound ? Optional.empty() : Optional.of("is no ML-DSA key of its size (RFC 9881 §4)");
  }

  private static Optional<String> rsaObjection(SubjectPublicKeyInfo key)
      throws java.io.IOException {
    RSAPublicKey rsa = RSAPublicKey.getInstance(key.parsePublicKey());
    BigInteger modulus = rsa.getModulus();
    BigInteger exponent = rsa.getPublicExponent();
    if (!DERNull.INSTANCE.equals(key.getAlgorithm().getParameters())) {
      return Optional.of("has RSA parameters other than NULL (RFC 3279 §2.3.1)");
    }
    if (modulus.bitLength() < MIN_RSA_BITS || modulus.bitLength() > MAX_RSA_BITS) {
      return Optional.of("has %d RSA bits; 2048 to 4096 are taken".formatted(modulus.bitLength()));
    }
    if (exponent.compareTo(MIN_EXPONENT) < 0
        || exponent.bitLength() > MAX_EXPONENT_BITS
        || !exponent.testBit(0)) {
      return Optional.of("has an RSA exponent that is even, below 65537 or over 32 bits");
    }
    return breakable(modulus)
        ? Optional.of("is a known kind of breakable RSA key; make another")
        : Optional.empty();
  }

  private static boolean breakable(BigInteger modulus) {
    return !modulus.gcd(SMALL_PRIMES).equals(BigInteger.ONE)
        || isRoca(modulus)
        || hasCloseFactors(modulus);
  }

  private static boolean isRoca(BigInteger modulus) {
    for (int i = 0; i < ROCA_PRIMES.length; i++) {
      int residue = modulus.mod(BigInteger.valueOf(ROCA_PRIMES[i])).intValue();
      if (!ROCA_RESIDUES.get(i).get(residue)) {
        return false;
      }
    }
    return true;
  }

  /** Fermat's factorisation, as many rounds as the CA/Browser Forum asks for (§6.1.1.3). */
  private static boolean hasCloseFactors(BigInteger modulus) {
    BigInteger a = modulus.sqrt();
    for (int round = 0; round < FERMAT_ROUNDS; round++) {
      a = a.add(BigInteger.ONE);
      BigInteger difference = a.multiply(a).subtract(modulus);
      // A square ends in one of 12 of the 64 six-bit patterns: the root is rarely taken.
      if (maybeSquare(difference) && difference.sqrtAndRemainder()[1].signum() == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean maybeSquare(BigInteger number) {
    int low = number.intValue() & 63;
    for (int i = 0; i < 32; i++) {
      if ((i * i & 63) == low) {
        return true;
      }
    }
    return false;
  }

  private static List<BitSet> rocaResidues() {
    List<BitSet> residues = new ArrayList<>();
    for (int prime : ROCA_PRIMES) {
      BitSet powers = new BitSet(prime);
      int power = 1;
      do {
        powers.set(power);
        power = power * (65537 % prime) % prime;
      } while (power != 1);
      residues.add(powers);
    }
    return residues;
  }

  private static BigInteger productOfSmallPrimes() {
    BigInteger product = BigInteger.ONE;
    for (int n = 2; n < SMALL_PRIME_LIMIT; n++) {
      if (BigInteger.valueOf(n).isProbablePrime(50)) {
        product = product.multiply(BigInteger.valueOf(n));
      }
    }
    return product;
  }
}

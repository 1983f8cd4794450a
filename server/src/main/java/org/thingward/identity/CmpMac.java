package org.thingward.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.thingward.platform.Randomness;

/**
 * How a message is protected by a shared secret (RFC 9481 §6.1), with its parameters as the message
 * names them, within bounds: a sender chooses neither a weak algorithm nor how long we compute.
 *
 * @param identifier as the message has it
 * @param salt 8 to 64 bytes
 * @param iterations 100 (RFC 4211 §4.4) to 100,000
 * @param mac what the MAC itself is
 * @param derivation how its key follows from the secret
 */
record CmpMac(
    AlgorithmIdentifier identifier,
    byte[] salt,
    int iterations,
    CmpHash mac,
    Derivation derivation) {
  private static final int LEAST_SALT = 8;
  private static final int MOST_SALT = 64;
  private static final int LEAST_ITERATIONS = 100;
  private static final int MOST_ITERATIONS = 100_000;
  private static final int LEAST_KEY = 16;
  private static final int MOST_KEY = 64;

  /** How the key of a MAC follows from a secret. */
  sealed interface Derivation {
    /** PBM (RFC 4211 §4.4): a hash of secret and salt, hashed again and again. */
    record Iterated(CmpHash hash) implements Derivation {}

    /** PBMAC1 (RFC 8018 §7.1) with PBKDF2: a key of so many bytes. */
    record Pbkdf2(CmpHash hash, int keyLength) implements Derivation {}
  }

  /**
   * The protection that {@code named} names; empty if it is none by a shared secret.
   *
   * @throws CmpRefusal if its parameters are malformed or out of bounds
   */
  static Optional<CmpMac> read(AlgorithmIdentifier named) {
    try {
      if (named.getAlgorithm().equals(CMPObjectIdentifiers.passwordBasedMac)) {
        return Optional.of(iterated(named, PBMParameter.getInstance(named.getParameters())));
      }
      if (named.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBMAC1)) {
        return Optional.of(pbmac1(named, PBMAC1Params.getInstance(named.getParameters())));
      }
      return Optional.empty();
    } catch (IllegalArgumentException
        | NullPointerException
        | ClassCastException
        | ArithmeticException e) {
      throw CmpRefusal.malformed("The parameters of the message's MAC are malformed.");
    }
  }

  private static CmpMac iterated(AlgorithmIdentifier named, PBMParameter parameters) {
    CmpHash owf = allowed(CmpHash.ofDigest(parameters.getOwf()), parameters.getOwf());
    return new CmpMac(
        named,
        salt(parameters.getSalt().getOctets()),
        iterations(parameters.getIterationCount().getValue()),
        allowed(CmpHash.ofHmac(parameters.getMac()), parameters.getMac()),
        new Derivation.Iterated(owf));
  }

  private static CmpMac pbmac1(AlgorithmIdentifier named, PBMAC1Params parameters) {
    AlgorithmIdentifier function = parameters.getKeyDerivationFunc();
    if (!function.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      throw badAlgorithm(function);
    }
    PBKDF2Params pbkdf2 = PBKDF2Params.getInstance(function.getParameters());
    int keyLength = pbkdf2.getKeyLength() == null ? 0 : pbkdf2.getKeyLength().intValueExact();
    if (keyLength < LEAST_KEY || keyLength > MOST_KEY) {
      throw new CmpRefusal(
          PKIFailureInfo.badAlg,
          "PBMAC1 must state its key's length, %d to %d bytes.".formatted(LEAST_KEY, MOST_KEY));
    }
    return new CmpMac(
        named,
        salt(pbkdf2.getSalt()),
        iterations(pbkdf2.getIterationCount()),
        allowed(
            CmpHash.ofHmac(parameters.getMessageAuthScheme()), parameters.getMessageAuthScheme()),
        new Derivation.Pbkdf2(
            allowed(CmpHash.ofHmac(pbkdf2.getPrf()), pbkdf2.getPrf()), keyLength));
  }

  private static CmpHash allowed(Optional<CmpHash> hash, AlgorithmIdentifier named) {
    return hash.orElseThrow(() -> badAlgorithm(named));
  }

  private static CmpRefusal badAlgorithm(AlgorithmIdentifier named) {
    return new CmpRefusal(
        PKIFailureInfo.badAlg,
        "The message's MAC uses %s; PBM and PBMAC1 with SHA-256, SHA-384 or SHA-512 are taken (openssl cmp -mac hmacWithSHA256)."
            .formatted(named.getAlgorithm().getId()));
  }

  private static byte[] salt(byte[] salt) {
    if (salt.length < LEAST_SALT || salt.length > MOST_SALT) {
      throw new CmpRefusal(
          PKIFailureInfo.badAlg,
          "The salt of the message's MAC has %d bytes; %d to %d are taken."
              .formatted(salt.length, LEAST_SALT, MOST_SALT));
    }
    return salt;
  }

  private static int iterations(BigInteger stated) {
    if (stated.bitLength() >= Integer.SIZE
        || stated.intValue() < LEAST_ITERATIONS
        || stated.intValue() > MOST_ITERATIONS) {
      throw new CmpRefusal(
          PKIFailureInfo.badAlg,
          "The message's MAC must take from %d to %d iterations."
              .formatted(LEAST_ITERATIONS, MOST_ITERATIONS));
    }
    return stated.intValue();
  }

  /** The MAC over {@code message}. */
  byte[] over(byte[] secret, byte[] message) {
    return mac.hmac(key(secret), message);
  }

  private byte[] key(byte[] secret) {
    return switch (derivation) {
      case Derivation.Iterated(CmpHash hash) -> {
        byte[] key = hash.digest(secret, salt);
        for (int i = 1; i < iterations; i++) {
          key = hash.digest(key, new byte[0]);
        }
        yield key;
      }
      case Derivation.Pbkdf2(CmpHash hash, int length) -> pbkdf2(secret, hash, length);
    };
  }

  private byte[] pbkdf2(byte[] secret, CmpHash hash, int length) {
    String name = "PBKDF2With" + hash.hmacName();
    char[] password = new String(secret, StandardCharsets.US_ASCII).toCharArray();
    try {
      return SecretKeyFactory.getInstance(name)
          .generateSecret(new PBEKeySpec(password, salt, iterations, length * Byte.SIZE))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  /** The same, with a salt of our own: for the answer. */
  CmpMac anew(Randomness randomness) {
    byte[] fresh = randomness.bytes(salt.length);
    AlgorithmIdentifier named =
        switch (derivation) {
          case Derivation.Iterated unused -> {
            PBMParameter old = PBMParameter.getInstance(identifier.getParameters());
            yield new AlgorithmIdentifier(
                identifier.getAlgorithm(),
                new PBMParameter(fresh, old.getOwf(), iterations, old.getMac()));
          }
          case Derivation.Pbkdf2(CmpHash hash, int length) -> {
            PBMAC1Params old = PBMAC1Params.getInstance(identifier.getParameters());
            AlgorithmIdentifier prf =
                PBKDF2Params.getInstance(old.getKeyDerivationFunc().getParameters()).getPrf();
            yield new AlgorithmIdentifier(
                identifier.getAlgorithm(),
                new PBMAC1Params(
                    new AlgorithmIdentifier(
                        PKCSObjectIdentifiers.id_PBKDF2,
                        new PBKDF2Params(fresh, iterations, length, prf)),
                    old.getMessageAuthScheme()));
          }
        };
    return new CmpMac(named, fresh, iterations, mac, derivation);
  }
}

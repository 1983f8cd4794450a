package org.thingward.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.thingward.platform.Randomness;

/** A key in this process's memory. */
final class SoftwareKey implements SigningKey {
  private static final int P256_BITS = 256;

  private final SignatureScheme scheme;
  private final PrivateKey key;
  private final SubjectPublicKeyInfo publicKey;
  private final NativeCrypto crypto;

  private SoftwareKey(
      SignatureScheme scheme, PrivateKey key, SubjectPublicKeyInfo publicKey, NativeCrypto crypto) {
    this.scheme = scheme;
    this.key = key;
    this.publicKey = publicKey;
    this.crypto = crypto;
  }

  static SoftwareKey generate(SignatureScheme scheme, Randomness randomness, NativeCrypto crypto) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), randomness.secureRandom());
      KeyPair pair = generator.generateKeyPair();
      SubjectPublicKeyInfo publicKey =
          SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
      // Of the provider that signs: it would translate another's anew for each signature, which
      // takes it as long again.
      PrivateKey own = (PrivateKey) crypto.keyFactory("EC").translateKey(pair.getPrivate());
      return new SoftwareKey(scheme, own, publicKey, crypto);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no P-256 key can be made on this JDK", e);
    }
  }

  /** Reads what {@link #pkcs8()} wrote. */
  static SoftwareKey read(
      SignatureScheme scheme, byte[] pkcs8, SubjectPublicKeyInfo publicKey, NativeCrypto crypto) {
    try {
      PrivateKey key = crypto.keyFactory("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return new SoftwareKey(scheme, key, publicKey, crypto);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the opened key is no P-256 key in PKCS#8", e);
    }
  }

  @Override
  public SignatureScheme scheme() {
    return scheme;
  }

  @Override
  public SubjectPublicKeyInfo publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      Signature signature = crypto.signature(scheme.jcaName());
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing with " + scheme.word() + " failed", e);
    }
  }

  /** The key itself, for the TLS engine of the device listener. */
  PrivateKey privateKey() {
    return key;
  }

  /**
   * PKCS#8 (RFC 5958) holding an ECPrivateKey (RFC 5915) with its public key, on the named curve:
   * written out here, because what a provider's {@code getEncoded()} holds is its own affair.
   */
  byte[] pkcs8() {
    var secret =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            P256_BITS, ((ECPrivateKey) key).getS(), publicKey.getPublicKeyData(), null);
    var curve =
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
    try {
      return new PrivateKeyInfo(curve, secret).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("a P-256 key could not be encoded", e);
    }
  }
}

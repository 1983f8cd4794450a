package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** The hash functions that a message's MAC may be built of. SHA-1 is none of them. */
enum CmpHash {
  SHA256("SHA-256", NISTObjectIdentifiers.id_sha256, PKCSObjectIdentifiers.id_hmacWithSHA256),
  SHA384("SHA-384", NISTObjectIdentifiers.id_sha384, PKCSObjectIdentifiers.id_hmacWithSHA384),
  SHA512("SHA-512", NISTObjectIdentifiers.id_sha512, PKCSObjectIdentifiers.id_hmacWithSHA512);

  private final String jcaName;
  private final ASN1ObjectIdentifier digest;
  private final ASN1ObjectIdentifier hmac;

  CmpHash(String jcaName, ASN1ObjectIdentifier digest, ASN1ObjectIdentifier hmac) {
    this.jcaName = jcaName;
    this.digest = digest;
    this.hmac = hmac;
  }

  /** The hash that is named as such; empty if it may not be used, or has parameters. */
  static Optional<CmpHash> ofDigest(AlgorithmIdentifier named) {
    return Arrays.stream(values())
        .filter(hash -> hash.digest.equals(named.getAlgorithm()) && isPlain(named))
        .findFirst();
  }

  /** The hash whose HMAC is named; empty if it may not be used, or has parameters. */
  static Optional<CmpHash> ofHmac(AlgorithmIdentifier named) {
    return Arrays.stream(values())
        .filter(hash -> hash.hmac.equals(named.getAlgorithm()) && isPlain(named))
        .findFirst();
  }

  private static boolean isPlain(AlgorithmIdentifier named) {
    ASN1Encodable parameters = named.getParameters();
    return parameters == null || DERNull.INSTANCE.equals(parameters);
  }

  byte[] digest(byte[] first, byte[] second) {
    try {
      MessageDigest digest = MessageDigest.getInstance(jcaName);
      digest.update(first);
      return digest.digest(second);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + jcaName, e);
    }
  }

  byte[] hmac(byte[] key, byte[] message) {
    String name = hmacName();
    try {
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(key, name));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  /** The JCA name of its HMAC. */
  String hmacName() {
    return "Hmac" + jcaName.replace("-", "");
  }
}

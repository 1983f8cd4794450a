package org.thingward.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.thingward.platform.ResultKey;

/** The key of attestation results, in the vault under a name of its own. */
final class VaultResultKey implements ResultKey {
  private static final String NAME = "results-1";
  private static final int NUMBER = 32;

  private final SigningKey key;
  private final ECPublicKey publicKey;

  private VaultResultKey(SigningKey key) {
    this.key = key;
    try {
      this.publicKey =
          (ECPublicKey)
              KeyFactory.getInstance("EC")
                  .generatePublic(new X509EncodedKeySpec(key.publicKey().getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the key of attestation results is none of P-256", e);
    }
  }

  /** The key, which is made the first time. */
  static VaultResultKey open(KeyVault vault) {
    return new VaultResultKey(
        vault.find(NAME).orElseGet(() -> vault.generate(NAME, SignatureScheme.ECDSA_P256_SHA256)));
  }

  @Override
  public ECPublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    ASN1Sequence numbers = ASN1Sequence.getInstance(key.sign(message));
    byte[] signature = new byte[2 * NUMBER];
    for (int i = 0; i < 2; i++) {
      BigInteger number = ASN1Integer.getInstance(numbers.getObjectAt(i)).getPositiveValue();
      byte[] bytes = number.toByteArray();
      int taken = Math.min(NUMBER, bytes.length);
      System.arraycopy(bytes, bytes.length - taken, signature, (i + 1) * NUMBER - taken, taken);
    }
    return signature;
  }
}

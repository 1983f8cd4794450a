package org.thingward.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A device's key pair on P-256, held in software (assurance L3) unless its TPM has it. */
public record DeviceKey(KeyPair pair) {

  /** A new key. */
  public static DeviceKey generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return new DeviceKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  /** The key for handshakes that is in a TPM and cannot leave it. */
  public static DeviceKey in(VirtualTpm tpm) {
    ECPublicKey key = tpm.key();
    return new DeviceKey(new KeyPair(key, new TpmKey(tpm::sign, key.getParams())));
  }

  /**
   * A certification request (PKCS #10, DER) that proves possession of the key.
   *
   * @param commonName the name it asks for; the server takes the name from the token instead
   */
  public byte[] request(String commonName) {
    try {
      return new JcaPKCS10CertificationRequestBuilder(
              new X500Principal("CN=" + commonName), pair.getPublic())
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("every JDK signs with P-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException("encoding a request in memory", e);
    }
  }
}

package org.thingward.identity;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * A key that never leaves its token: what is here is a handle.
 *
 * @param key the handle
 * @param provider what signs with it
 */
record Pkcs11Key(
    SignatureScheme scheme, SubjectPublicKeyInfo publicKey, PrivateKey key, Provider provider)
    implements SigningKey {
  @Override
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(scheme.jcaName(), provider);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the PKCS#11 token does not sign: is it still there, and logged in?", e);
    }
  }
}

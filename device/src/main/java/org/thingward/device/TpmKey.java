package org.thingward.device;

import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.spec.ECParameterSpec;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a private key that is in a TPM and nowhere else. From the first one on, JSSE signs
 * handshakes by them.
 *
 * @param signer has the TPM sign a SHA-256 digest: ECDSA in DER
 * @param parameters its curve
 */
@SuppressWarnings("serial")
public record TpmKey(UnaryOperator<byte[]> signer, ECParameterSpec parameters)
    implements PrivateKey, ECKey {
  public TpmKey {
    TpmSignatures.register();
  }

  @Override
  public String getAlgorithm() {
    return "EC";
  }

  @Override
  public @Nullable String getFormat() {
    return null;
  }

  @Override
  public byte @Nullable [] getEncoded() {
    return null;
  }

  @Override
  public ECParameterSpec getParams() {
    return parameters;
  }
}

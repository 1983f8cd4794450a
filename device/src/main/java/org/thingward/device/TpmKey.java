package org.thingward.device;

import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.spec.ECParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a private key that is in a TPM and nowhere else; {@link TpmSignatures} signs by it.
 *
 * @param tpm where it is
 * @param parameters its curve
 */
@SuppressWarnings("serial")
record TpmKey(VirtualTpm tpm, ECParameterSpec parameters) implements PrivateKey, ECKey {
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

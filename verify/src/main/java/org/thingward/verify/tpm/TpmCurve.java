package org.thingward.verify.tpm;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/** Elliptic curves by their numbers (TPM_ECC_CURVE, TCG Algorithm Registry). */
public enum TpmCurve {
  P256(0x0003, "secp256r1", 32),
  P384(0x0004, "secp384r1", 48),
  P521(0x0005, "secp521r1", 66);

  private final int number;
  private final int length;
  private final ECParameterSpec parameters;

  TpmCurve(int number, String name, int length) {
    this.number = number;
    this.length = length;
    this.parameters = parameters(name);
  }

  /** Its number. */
  public int number() {
    return number;
  }

  /** Bytes of a coordinate. */
  public int length() {
    return length;
  }

  /** Its parameters. */
  public ECParameterSpec parameters() {
    return parameters;
  }

  private static ECParameterSpec parameters(String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the point is on it: a key that is not would tell what is computed with it. */
  public boolean has(ECPoint point) {
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right =
        x.pow(3)
            .add(parameters.getCurve().getA().multiply(x))
            .add(parameters.getCurve().getB())
            .mod(p);
    return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.pow(2).mod(p).equals(right);
  }
}

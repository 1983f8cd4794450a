package org.thingward.verify.tpm;

/**
 * What a TPM's key is for, and whether it can leave its TPM (TPMA_OBJECT, Part 2, 8.3).
 *
 * @param bits all of them
 */
public record TpmAttributes(int bits) {
  private static final int FIXED_TPM = 1 << 1;
  private static final int FIXED_PARENT = 1 << 4;
  private static final int SENSITIVE_DATA_ORIGIN = 1 << 5;
  private static final int RESTRICTED = 1 << 16;
  private static final int DECRYPT = 1 << 17;
  private static final int SIGN = 1 << 18;

  /** Whether it was made in the TPM and never leaves it. */
  public boolean staysInTpm() {
    return has(FIXED_TPM) && has(FIXED_PARENT) && has(SENSITIVE_DATA_ORIGIN);
  }

  /** Whether it signs only what its TPM itself says: an attestation key. */
  public boolean attests() {
    return has(RESTRICTED) && has(SIGN) && !has(DECRYPT);
  }

  /** Whether it opens only what its TPM understands: a storage or endorsement key. */
  public boolean endorses() {
    return has(RESTRICTED) && has(DECRYPT) && !has(SIGN);
  }

  /** Whether it signs whatever it is given, e.g. a handshake. */
  public boolean signsAnything() {
    return has(SIGN) && !has(RESTRICTED) && !has(DECRYPT);
  }

  private boolean has(int bit) {
    return (bits & bit) != 0;
  }
}

package org.thingward.verify.tpm;

/** Bytes that no TPM has made, or a signature that does not hold, with the place and the reason. */
public final class TpmRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TpmRefused(String reason) {
    super(reason);
  }

  TpmRefused(String reason, Throwable cause) {
    super(reason, cause);
  }
}

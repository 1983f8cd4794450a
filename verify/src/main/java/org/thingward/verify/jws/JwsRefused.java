package org.thingward.verify.jws;

/** No JSON web signature, or none of the key it should be of, with the reason. */
public final class JwsRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JwsRefused(String reason) {
    super(reason);
  }

  JwsRefused(String reason, Throwable cause) {
    super(reason, cause);
  }
}

package org.thingward.device;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;

/** By what a root certificate is recognised: the first 16 bytes of the SHA-256 of its DER form. */
public final class AuthorityPin {
  /** How many bytes of the digest are compared: 128 bits, as many as nobody can forge. */
  public static final int LENGTH = 16;

  private final byte[] prefix;

  private AuthorityPin(byte[] prefix) {
    this.prefix = prefix;
  }

  /**
   * The pin with these bytes.
   *
   * @throws IllegalArgumentException if there are not {@value #LENGTH}
   */
  public static AuthorityPin ofPrefix(byte[] prefix) {
    if (prefix.length != LENGTH) {
      throw new IllegalArgumentException("an authority is pinned by " + LENGTH + " bytes");
    }
    return new AuthorityPin(prefix.clone());
  }

  /** The pin that {@code root} fits. */
  public static AuthorityPin of(X509Certificate root) {
    return new AuthorityPin(Arrays.copyOf(Credential.digest(root).bytes(), LENGTH));
  }

  /** Whether {@code certificate} is the one pinned. */
  public boolean fits(X509Certificate certificate) {
    return MessageDigest.isEqual(prefix, of(certificate).prefix);
  }

  /** The first bytes in hex, for a person. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(prefix, 0, 4) + "…";
  }
}

package org.thingward.platform;

import java.security.MessageDigest;

/**
 * What the two ends of one TLS 1.3 connection, and nobody else, can tell of it: {@code
 * tls-exporter} (RFC 9266), 32 bytes. Who repeats it within a signed message shows that the message
 * was made for this connection.
 */
public final class ChannelBinding {
  /** How long one is, in bytes. */
  public static final int BYTES = 32;

  private final byte[] value;

  /**
   * One of this value.
   *
   * @throws IllegalArgumentException if it is not {@value #BYTES} bytes long
   */
  public ChannelBinding(byte[] value) {
    if (value.length != BYTES) {
      throw new IllegalArgumentException("tls-exporter has " + BYTES + " bytes");
    }
    this.value = value.clone();
  }

  /** Whether this is what {@code shown} says; takes as long whether it is or not. */
  public boolean is(byte[] shown) {
    return MessageDigest.isEqual(value, shown);
  }

  /** Never the value. */
  @Override
  public String toString() {
    return "…";
  }
}

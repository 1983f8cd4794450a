package org.thingward.access;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;

/**
 * What an authenticator signs once: the SHA-256 of its purpose and of 32 random bytes, or of what
 * is agreed to by signing.
 *
 * @param purpose what it is for
 * @param about whom it is about, as it was asked for; empty if nobody was named
 * @param bytes 32 bytes
 */
record Challenge(Purpose purpose, String about, byte[] bytes) {
  private static final int RANDOM = 32;

  static Challenge draw(Purpose purpose, String about, Randomness randomness) {
    return over(purpose, about, randomness.bytes(RANDOM));
  }

  /** A challenge whose signature says yes to {@code content}, which no other content has. */
  static Challenge over(Purpose purpose, String about, byte[] content) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(purpose.domain().getBytes(StandardCharsets.US_ASCII));
    text.write(0);
    text.writeBytes(content);
    return new Challenge(purpose, about, Digest.of(text.toByteArray()).bytes());
  }

  /** As it travels: base64url. */
  String text() {
    return Base64Url.encode(bytes);
  }

  /** A user handle for the passkey that it registers: random, and no two have it in common. */
  String userHandle() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes("thingward user handle v1\0".getBytes(StandardCharsets.US_ASCII));
    text.writeBytes(bytes);
    return Base64Url.encode(Digest.of(text.toByteArray()).bytes());
  }
}

package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;

/**
 * The text of an enrolment token (rule I2): {@code twt1.SECRET.AUTHORITY}. SECRET is 128 bits in
 * base64url, random or {@linkplain GroupKey derived}. AUTHORITY is the SHA-256 of the root
 * certificate in hex, by which a device knows the right server before it shows the secret.
 */
final class EnrolmentToken {
  private static final String PREFIX = "twt1.";
  private static final Pattern FORM = Pattern.compile("twt1\\.[A-Za-z0-9_-]{22}\\.[0-9a-f]{64}");
  private static final int SECRET_BYTES = 16;

  private final String text;

  private EnrolmentToken(String text) {
    this.text = text;
  }

  /** A new one for the authority with this fingerprint. */
  static EnrolmentToken draw(Digest authority, Randomness randomness) {
    String secret = Base64Url.encode(randomness.bytes(SECRET_BYTES));
    return new EnrolmentToken(PREFIX + secret + "." + authority.hex());
  }

  /** The one that begins with the first 128 bits of {@code mac}. */
  static EnrolmentToken derived(byte[] mac, Digest authority) {
    String secret = Base64Url.encode(Arrays.copyOf(mac, SECRET_BYTES));
    return new EnrolmentToken(PREFIX + secret + "." + authority.hex());
  }

  /** Reads a token; empty if the text has another form. */
  static Optional<EnrolmentToken> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new EnrolmentToken(text)) : Optional.empty();
  }

  /** What is stored of it. A plain digest suffices: 128 bits cannot be guessed. */
  Digest digest() {
    return Digest.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The secret itself, shown once to the operator who asked for it. */
  String reveal() {
    return text;
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return PREFIX + "…";
  }
}

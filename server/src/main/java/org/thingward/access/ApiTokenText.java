package org.thingward.access;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.thingward.trust.Digest;

/**
 * An API token as its holder presents it: {@code thingward_<id>_<secret>_<checksum>}. The prefix
 * and the checksum let a scanner find a leaked one without asking us; they open nothing.
 *
 * <p>The id is a UUID in 32 hex digits, the secret 256 bits in 43 digits of base 62, the checksum
 * the CRC-32 of all before its underscore in six digits of base 62. There is one way to write each.
 *
 * @param id which token
 * @param secret 32 bytes
 */
record ApiTokenText(UUID id, byte[] secret) {
  /** What finds one in a text; the checksum then tells chance from a token. */
  static final String FORM = "thingward_[0-9a-f]{32}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}";

  private static final Pattern PATTERN =
      Pattern.compile("thingward_([0-9a-f]{32})_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})");
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
  private static final int SECRET_BYTES = 32;
  private static final int SECRET_DIGITS = 43;
  private static final int CHECKSUM_DIGITS = 6;

  /** Reads one; empty if the text is none, e.g. because it was cut or mistyped. */
  static Optional<ApiTokenText> read(String text) {
    Matcher form = PATTERN.matcher(text);
    if (!form.matches() || !form.group(3).equals(checksum(text.substring(0, form.start(3) - 1)))) {
      return Optional.empty();
    }
    return secret(form.group(2)).map(secret -> new ApiTokenText(id(form.group(1)), secret));
  }

  /** What is kept of the secret. */
  Digest digest() {
    return Digest.of(secret);
  }

  /** The text: a secret. */
  String text() {
    String head =
        "thingward_%016x%016x_%s"
            .formatted(
                id.getMostSignificantBits(),
                id.getLeastSignificantBits(),
                digits(new BigInteger(1, secret), SECRET_DIGITS));
    return head + "_" + checksum(head);
  }

  /** Does not show the secret. */
  @Override
  public String toString() {
    return "ApiTokenText[" + id + "]";
  }

  private static UUID id(String hex) {
    return new UUID(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  private static Optional<byte[]> secret(String digits) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < digits.length(); i++) {
      number = number.multiply(BASE).add(BigInteger.valueOf(DIGITS.indexOf(digits.charAt(i))));
    }
    if (number.bitLength() > 8 * SECRET_BYTES) {
      return Optional.empty();
    }
    byte[] minimal = number.toByteArray();
    byte[] secret = new byte[SECRET_BYTES];
    int length = Math.min(minimal.length, SECRET_BYTES);
    System.arraycopy(minimal, minimal.length - length, secret, SECRET_BYTES - length, length);
    return Optional.of(secret);
  }

  private static String checksum(String head) {
    CRC32 crc = new CRC32();
    crc.update(head.getBytes(StandardCharsets.US_ASCII));
    return digits(BigInteger.valueOf(crc.getValue()), CHECKSUM_DIGITS);
  }

  private static String digits(BigInteger number, int count) {
    char[] digits = new char[count];
    BigInteger rest = number;
    for (int i = count - 1; i >= 0; i--) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      digits[i] = DIGITS.charAt(parts[1].intValue());
      rest = parts[0];
    }
    return new String(digits);
  }
}

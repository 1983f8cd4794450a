package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.platform.ImportedCredential;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * The key by which a maker derives the tokens of a group of devices, each without asking: 256 bits,
 * written as 64 hex digits. The secret of a device's token is the first 128 bits of HMAC-SHA256,
 * keyed by it, over {@code thingward/derived-token/v1/} and the device's id. Whoever has it can
 * derive every token of the group, so it is kept nowhere here: {@link #close} wipes it.
 */
final class GroupKey implements AutoCloseable {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PURPOSE = "thingward/derived-token/v1/";
  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{64}");

  /** What is made by chance has more; what repeats a half of itself, or counts, has less. */
  private static final int FEWEST_DIFFERENT = 17;

  private static final String REMEDY = "let the server make one, or take openssl rand -hex 32";

  private final byte[] bytes;

  private GroupKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A new one. */
  static GroupKey draw(Randomness randomness) {
    return new GroupKey(randomness.bytes(BYTES));
  }

  /**
   * One that its maker has already.
   *
   * @throws Problem 400 if it has another form, 422 if it is none that was made by chance
   */
  static GroupKey read(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new Problem(400, "group-key", "A group key is 32 bytes, written as 64 hex digits.");
    }
    byte[] bytes = HexFormat.of().parseHex(text);
    requireStrong(text.toLowerCase(Locale.ROOT), bytes);
    return new GroupKey(bytes);
  }

  private static void requireStrong(String hex, byte[] bytes) {
    var rule = new ImportedCredential("The group key", REMEDY, ImportedCredential.Floor.REFUSED);
    try {
      rule.require("", hex);
      String typed = new String(bytes, StandardCharsets.ISO_8859_1);
      if (typed.matches("[\\x20-\\x7e]*")) {
        rule.require("", typed);
      }
    } catch (IllegalArgumentException e) {
      throw weak(String.valueOf(e.getMessage()));
    }
    if (different(bytes, 0) < FEWEST_DIFFERENT || different(bytes, 1) < FEWEST_DIFFERENT) {
      throw weak("The group key repeats itself or counts: " + REMEDY);
    }
  }

  private static Problem weak(String why) {
    return new Problem(422, "group-key-weak", why + ".");
  }

  /**
   * How many different bytes there are, or, at distance 1, different steps from each to the next.
   */
  private static long different(byte[] bytes, int distance) {
    boolean[] seen = new boolean[256];
    long count = 0;
    for (int i = distance; i < bytes.length; i++) {
      int value = (distance == 0 ? bytes[i] : bytes[i] - bytes[i - distance]) & 0xff;
      count += seen[value] ? 0 : 1;
      seen[value] = true;
    }
    return count;
  }

  /** The token of a device for the authority with this fingerprint. */
  EnrolmentToken tokenOf(Subject device, Digest authority) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes, ALGORITHM));
      byte[] about = (PURPOSE + device.name()).getBytes(StandardCharsets.US_ASCII);
      return EnrolmentToken.derived(mac.doFinal(about), authority);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** The key itself, shown once to the operator for whom it was made. */
  String reveal() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "…";
  }
}

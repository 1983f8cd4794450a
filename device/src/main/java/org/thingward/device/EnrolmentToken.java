package org.thingward.device;

import java.util.regex.Pattern;
import org.thingward.trust.Digest;

/**
 * A one-time enrolment token, as an operator hands it out: {@code twt1.SECRET.AUTHORITY}, where the
 * last part names the authority that the server must prove to stand under.
 *
 * @param text the whole token, which is what EST's password is; secret
 * @param authority the digest of the root certificate (DER) that the right server stands under
 */
public record EnrolmentToken(String text, Digest authority) {
  private static final Pattern FORM = Pattern.compile("twt1\\.[A-Za-z0-9_-]{22}\\.[0-9a-f]{64}");

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if it has another form; the message does not repeat it
   */
  public static EnrolmentToken parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "this is no enrolment token: it is written twt1.SECRET.AUTHORITY, as 'token create'"
              + " prints it");
    }
    String authority = text.substring(text.lastIndexOf('.') + 1);
    return new EnrolmentToken(text, Digest.parse("sha256:" + authority));
  }

  /** Does not show the secret. */
  @Override
  public String toString() {
    return "EnrolmentToken[" + authority.brief() + "…]";
  }
}

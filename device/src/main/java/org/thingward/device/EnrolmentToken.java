package org.thingward.device;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A one-time enrolment token, as an operator hands it out: {@code twt1.SECRET.AUTHORITY}, where the
 * last part names the authority that the server must prove to stand under.
 *
 * @param text the whole token, which is what EST's password is; secret
 * @param authority by what the right server is known before the token is shown to it
 */
public record EnrolmentToken(String text, AuthorityPin authority) {
  private static final Pattern FORM =
      Pattern.compile("twt1\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{22}");

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
    byte[] half = Base64.getUrlDecoder().decode(text.substring(text.lastIndexOf('.') + 1));
    return new EnrolmentToken(text, AuthorityPin.ofPrefix(half));
  }

  /** Does not show the secret. */
  @Override
  public String toString() {
    return "EnrolmentToken[" + authority + "]";
  }
}

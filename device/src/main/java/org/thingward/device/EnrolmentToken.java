package org.thingward.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.thingward.trust.Digest;

/**
 * A one-time enrolment token, as an operator hands it out.
 *
 * @param text the whole token, which is what EST's password is; secret
 * @param authority the SHA-256 of the root certificate (DER) that the server must prove to stand
 *     under
 */
public record EnrolmentToken(String text, Digest authority) {
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-]{1,64}[.]([A-Za-z0-9_-]{1,128}[.])?(?<ca>[0-9a-f]{64})");

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if it has another form; the message does not repeat it
   */
  public static EnrolmentToken parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "this is no enrolment token: it must end in '.' and the 64 hex digits of the authority");
    }
    return new EnrolmentToken(text, Digest.parse("sha256:" + form.group("ca")));
  }

  /** Does not show the secret. */
  @Override
  public String toString() {
    return "EnrolmentToken[authority=" + authority.brief() + "…]";
  }
}

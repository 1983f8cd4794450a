package org.thingward.platform;

import java.util.Locale;

/** Bodies come as they are: what is compressed could be a thousand times what its length says. */
public final class ContentEncoding {
  private ContentEncoding() {}

  /**
   * Refuses a body that is encoded.
   *
   * @param header the value of {@code Content-Encoding} (RFC 9110 §8.4); empty if there is none
   * @throws Problem 415 if it names anything but {@code identity}
   */
  public static void requireNone(String header) {
    String encoding = header.strip().toLowerCase(Locale.ROOT);
    if (!encoding.isEmpty() && !encoding.equals("identity")) {
      throw new Problem(
          415, "content-encoding", "Send the body as it is, without a Content-Encoding.");
    }
  }
}

package org.thingward.access;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The cookie that holds a session's secret. The prefix {@code __Host-} makes browsers take it from
 * this host alone, over TLS, for every path (RFC 6265bis §4.1.3.2); it ends with the browser.
 */
final class SessionCookie {
  private static final String NAME = "__Host-thingward";
  private static final String HOW = "; Path=/; Secure; HttpOnly; SameSite=Strict";
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

  private SessionCookie() {}

  /** The header Set-Cookie that gives it. */
  static String give(String secret) {
    return NAME + "=" + secret + HOW;
  }

  /** The header Set-Cookie that takes it back. */
  static String takeBack() {
    return NAME + "=" + HOW + "; Max-Age=0";
  }

  /** The secret in a header Cookie; empty if there is none, or more than one. */
  static Optional<String> secret(String cookies) {
    List<String> values =
        Stream.of(cookies.split(";", -1))
            .map(String::strip)
            .filter(cookie -> cookie.startsWith(NAME + "="))
            .map(cookie -> cookie.substring(NAME.length() + 1))
            .toList();
    return values.size() == 1 && SECRET.matcher(values.getFirst()).matches()
        ? Optional.of(values.getFirst())
        : Optional.empty();
  }
}

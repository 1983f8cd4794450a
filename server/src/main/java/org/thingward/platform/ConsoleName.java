package org.thingward.platform;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The DNS name of the console, which is also the relying-party id of its passkeys (WebAuthn level
 * 2, §4): a passkey works under this name alone, for good.
 *
 * @param name lower-case, e.g. {@code localhost} or {@code trust.example.com}; no IP address
 */
public record ConsoleName(String name) {
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
  // The last label of an IPv4 address is a number, that of a name never is (RFC 3696 §2).
  private static final Pattern ADDRESS = Pattern.compile("(?:.*\\.)?[0-9]+");
  private static final int LONGEST = 253;
  private static final int HTTPS = 443;

  /** What holds when no name is given. */
  public static final ConsoleName LOCALHOST = new ConsoleName("localhost");

  /** Checks the form; throws {@link IllegalArgumentException} saying what is wrong. */
  public ConsoleName {
    name = name.toLowerCase(Locale.ROOT);
    if (ADDRESS.matcher(name).matches() || name.contains(":")) {
      throw new IllegalArgumentException(
          "passkeys are bound to a DNS name; an address is none. Write localhost, or a name that leads here");
    }
    if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("this is no DNS name");
    }
  }

  /** The origin of the console's pages when it listens at {@code port}. */
  public String origin(int port) {
    return port == HTTPS ? "https://" + name : "https://" + name + ":" + port;
  }

  /** Whether it is this machine's own name, which other programs here serve pages under too. */
  public boolean isLocalhost() {
    return name.equals("localhost");
  }
}

package org.thingward.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine calls itself. */
final class Hosts {
  private static final int LONGEST = 64;

  private Hosts() {}

  /** Its name, of characters that a name has; {@code unnamed} if it has none. */
  static String own() {
    try {
      String plain =
          InetAddress.getLocalHost()
              .getHostName()
              .replaceAll("[^A-Za-z0-9._-]", "-")
              .replaceFirst("^[._-]+", "");
      return plain.isEmpty() ? "unnamed" : plain.substring(0, Math.min(LONGEST, plain.length()));
    } catch (UnknownHostException nameless) {
      return "unnamed";
    }
  }
}

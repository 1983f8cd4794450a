package org.thingward.platform;

import java.util.Set;

/**
 * What takes trust away at once. It waits for nothing that may be down or take time: no storage
 * (rule T6), and no further proof of who orders it.
 */
public final class Cuts {
  private static final Set<String> VERBS =
      Set.of(
          "device.quarantine",
          "device.revoke",
          "certificate.revoke",
          "api-token.withdraw",
          "break-glass.open");

  private Cuts() {}

  /** Whether a route with this verb is one. */
  public static boolean has(String verb) {
    return VERBS.contains(verb);
  }
}

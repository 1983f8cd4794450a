package org.thingward.app;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.thingward.platform.Settings;
import org.thingward.trust.CanonicalJson;

/** Where a running server listens. */
record Endpoints(int mqtt, int https, int operator) {
  /** The version of the form in {@code run/endpoints.json}. */
  private static final int FORMAT = 1;

  /** {@code run/endpoints.json}, for programs on this machine. */
  byte[] file() {
    return CanonicalJson.encode(tree());
  }

  /** The line that says "ready" to programs. */
  String json() {
    return new String(CanonicalJson.encode(Map.of("ready", tree())), StandardCharsets.UTF_8);
  }

  /** The lines that say it to people. */
  String sentence(Settings settings) {
    String host = settings.hosts().getFirst();
    return """
      ready               device plane mqtts://%s:%d, https://%s:%d
                          operators https://localhost:%d, with the credential in %s
    """
        .formatted(host, mqtt, host, https, operator, settings.data().resolve("keys"))
        .stripTrailing();
  }

  private Map<String, Object> tree() {
    return Map.of(
        "endpoints", FORMAT,
        "mqtt", mqtt,
        "https", https,
        "operator", operator,
        "process", ProcessHandle.current().pid());
  }
}

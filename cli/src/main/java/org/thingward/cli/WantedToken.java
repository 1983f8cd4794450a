package org.thingward.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say what an API token is to be good for. */
final class WantedToken {
  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "30d",
      description = "How long it lasts, 365d at most. Default: ${DEFAULT-VALUE}")
  private String life = "30d";

  @Option(
      names = "--permissions",
      paramLabel = "LIST",
      split = ",",
      defaultValue = "view,operate",
      description =
          "What it may, of: view, operate, drill, release, administer-policy. Default:"
              + " ${DEFAULT-VALUE}")
  private List<String> permissions = List.of();

  @Option(
      names = "--regions",
      paramLabel = "LIST",
      split = ",",
      description = "For the devices of these regions alone.")
  private List<String> regions = List.of();

  @Option(
      names = "--products",
      paramLabel = "LIST",
      split = ",",
      description = "For the devices of these products alone.")
  private List<String> products = List.of();

  /** What is asked of the server. */
  Map<String, Object> asked(String name) {
    return new HashMap<>(
        Map.of(
            "name", name,
            "host", Hosts.own(),
            "ttl", life,
            "permissions", permissions,
            "regions", regions,
            "products", products));
  }
}

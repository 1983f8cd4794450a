package org.thingward.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.thingward.operator.Operator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** Which cryptography the installation and its fleet rest on. */
@Command(
    name = "crypto",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Which cryptography the server and its fleet rest on.")
final class CryptoCommand {
  private static final Map<String, String> THREATS =
      Map.of(
          "forged", "signatures can be forged",
          "read-later", "what is recorded now is read",
          "none", "nothing that is known",
          "unknown", "not known: look at it");

  private final Tools tools;

  CryptoCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "List every key, certificate and algorithm in use, and what a quantum computer does to it.",
        "With --json: a cryptography bill of materials (CycloneDX 1.6)."
      })
  int inventory(@Mixin Access access) {
    return tools.asOperator(access, operator -> print(access, operator));
  }

  private void print(Access access, Operator operator) {
    JsonNode bom = operator.connection().get("/crypto/inventory", Map.of());
    if (access.json()) {
      tools.terminal().line(Answers.pretty(bom));
      return;
    }
    Table table = new Table("A QUANTUM COMPUTER", "HAS", "OF", "SIGNED BY", "COUNT", "FOR", "ENDS");
    long broken = 0;
    List<JsonNode> assets =
        bom.path("components")
            .valueStream()
            .filter(each -> each.path("bom-ref").asString("").startsWith("asset-"))
            .toList();
    for (JsonNode asset : assets) {
      Map<String, String> of = properties(asset);
      String quantum = of.getOrDefault("quantum", "unknown");
      broken += quantum.equals("none") ? 0 : 1;
      table.row(
          THREATS.getOrDefault(quantum, quantum),
          asset.path("name").asString(""),
          of.getOrDefault("algorithm", ""),
          of.getOrDefault("signature", ""),
          of.getOrDefault("count", ""),
          asset.path("description").asString(""),
          ends(asset));
    }
    table.lines(tools.terminal().width()).forEach(tools.terminal()::line);
    tools
        .terminal()
        .line(
            "%d of %d lines do not withstand a quantum computer. What is recorded today is read then: agree keys by a hybrid first (--crypto-profile pq)."
                .formatted(broken, assets.size()));
  }

  private static String ends(JsonNode asset) {
    String ends =
        asset
            .path("cryptoProperties")
            .path("certificateProperties")
            .path("notValidAfter")
            .asString("");
    return ends.isEmpty() ? "" : ends.substring(0, 10);
  }

  private static Map<String, String> properties(JsonNode asset) {
    Map<String, String> found = new HashMap<>();
    asset
        .path("properties")
        .valueStream()
        .forEach(each ->
            found.put(
                each.path("name").asString("").replaceFirst("^thingward:", ""),
                each.path("value").asString("")));
    return found;
  }
}

package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The releases of firmware that devices run. */
@Command(
    name = "release",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The releases of firmware that devices run.")
final class ReleaseCommand {
  private final Tools tools;

  ReleaseCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Register a release, or change its dates.")
  int add(
      @Mixin Access access,
      @Parameters(paramLabel = "PRODUCT", description = "The product it is made for.")
          String product,
      @Parameters(paramLabel = "VERSION", description = "Its version.") String version,
      @Option(
              names = "--released",
              required = true,
              paramLabel = "DATE",
              description = "The day it came out, e.g. 2026-01-31.")
          String released,
      @Option(
              names = "--support-ends",
              defaultValue = "",
              paramLabel = "DATE",
              description = "The last day on which its maker mends it.")
          String supportEnds) {
    return tools.asOperator(
        access,
        operator -> {
          Map<String, String> body = new HashMap<>(Map.of("released", released));
          if (!supportEnds.isEmpty()) {
            body.put("support-ends", supportEnds);
          }
          JsonNode made =
              operator
                  .connection()
                  .put("/releases/" + encoded(product) + "/" + encoded(version), body);
          String text = "release %s@%s registered".formatted(product, version);
          tools.terminal().line(access.json() ? Answers.pretty(made) : text);
        });
  }

  @Command(mixinStandardHelpOptions = true, description = "List releases.")
  int list(
      @Mixin Access access,
      @Option(names = "--product", defaultValue = "", description = "Of this product only.")
          String product) {
    Map<String, String> query = product.isEmpty() ? Map.of() : Map.of("product", product);
    return tools.asOperator(
        access, operator -> show(access, operator.list("/releases", query, Integer.MAX_VALUE)));
  }

  private void show(Access access, List<JsonNode> releases) {
    if (access.json()) {
      tools.terminal().line(Answers.pretty(releases));
      return;
    }
    Table table = new Table("PRODUCT", "VERSION", "RELEASED", "SUPPORT ENDS");
    releases.forEach(release ->
        table.row(
            Answers.text(release, "product"),
            Answers.text(release, "version"),
            Answers.text(release, "released"),
            Answers.text(release, "support-ends")));
    tools.printOr(table, "There are no releases. Register one: thingward release add --help");
  }
}

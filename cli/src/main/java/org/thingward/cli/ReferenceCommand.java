package org.thingward.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Reference values: the measurements that are known to be good. */
@Command(
    name = "reference",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The measurements that releases are known by.")
final class ReferenceCommand {
  private final Tools tools;

  ReferenceCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(mixinStandardHelpOptions = true, description = "Show the values in force.")
  int show(@Mixin Access access) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode values = operator.connection().get("/reference-values", Map.of());
          if (access.json()) {
            tools.terminal().line(Answers.pretty(values));
            return;
          }
          Table table = new Table("RELEASE", "CLAIM", "DIGEST");
          values.path("releases").properties().forEach(release -> add(table, release));
          tools.printOr(table, "There are no reference values: thingward reference import FILE");
        });
  }

  private static void add(Table table, Map.Entry<String, JsonNode> release) {
    release
        .getValue()
        .properties()
        .forEach(claim ->
            claim
                .getValue()
                .forEach(
                    digest -> table.row(release.getKey(), claim.getKey(), digest.asString(""))));
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = "Put the values of a JSON file in force, in place of all before.")
  int importFile(
      @Mixin Access access,
      @Parameters(
              paramLabel = "FILE",
              description =
                  "{\"reference-values\":1,\"releases\":{\"meter-2@3.1.0\":{\"boot.measurement\":"
                      + "[\"sha256:…\"]}}}; - for standard input.")
          Path file) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.applyReferenceValues(InputFile.read(file));
          tools
              .terminal()
              .line(
                  access.json()
                      ? Answers.pretty(answer)
                      : "in force: " + Answers.text(answer, "reference-values"));
        });
  }
}

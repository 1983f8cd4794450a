package org.thingward.cli;

import java.nio.charset.StandardCharsets;
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
          values
              .path("published")
              .properties()
              .forEach(product ->
                  tools
                      .terminal()
                      .line(
                          "product %s: as version %s of its signed document has them, %s"
                              .formatted(
                                  product.getKey(),
                                  Answers.text(product.getValue(), "version"),
                                  Answers.text(product.getValue(), "document"))));
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
      description = {
        "Put the values of a file in force: a document that a release key of its product signed, in",
        "place of that product's values before; or plain JSON, in place of all before."
      })
  int importFile(
      @Mixin Access access,
      @Parameters(
              paramLabel = "FILE",
              description = {
                "A JSON web signature, as docs/attestation.md makes one; or",
                "{\"reference-values\":1,\"releases\":{\"meter-2@3.1.0\":{\"boot.measurement\":[\"sha256:…\"]}}};",
                "- for standard input."
              })
          Path file) {
    return tools.asOperator(
        access,
        operator -> {
          byte[] content = InputFile.read(file);
          JsonNode answer =
              isPlain(content)
                  ? operator.applyReferenceValues(content)
                  : operator.importReferenceValues(content);
          tools
              .terminal()
              .line(
                  access.json()
                      ? Answers.pretty(answer)
                      : "in force: " + Answers.text(answer, "reference-values"));
        });
  }

  /** A JSON object begins with a brace, a signature never does. */
  private static boolean isPlain(byte[] content) {
    return new String(content, StandardCharsets.UTF_8).strip().startsWith("{");
  }
}
